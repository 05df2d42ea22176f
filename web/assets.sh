#!/bin/sh
# assets.sh SOURCE BUILD: gathers what browsers fetch in BUILD/web: our styles, scripts and images,
# and the part of the pinned libraries that Hearth uses. Writes BUILD/web/version, a digest of it
# all: pages name their files under /static/VERSION/, so that they can be cached for ever.
set -eu
source=$1 build=$2
modules=$source/node_modules
web=$build/web
if [ ! -d "$modules/@uswds/uswds" ]; then
  echo "web: run 'npm ci --ignore-scripts' in the source folder first" >&2
  exit 1
fi
rm -rf "$web.new"
mkdir -p "$web.new/uswds/css" "$web.new/uswds/img" "$web.new/uswds/fonts/public-sans" "$web.new/vendor"
cp -R "$source/web/style" "$source/web/script" "$source/web/image" "$web.new/"

uswds=$modules/@uswds/uswds/dist
# Without its @font-face rules: they name fonts that are not here, and a page that is drawn before our own style has
# come would ask for them.
sed 's/@font-face{[^}]*}//g' "$uswds/css/uswds.min.css" >"$web.new/uswds/css/uswds.min.css"
for weight in Regular Italic SemiBold Bold; do
  cp "$uswds/fonts/public-sans/PublicSans-$weight.woff2" "$web.new/uswds/fonts/public-sans/"
done
for image in correct8 correct8-alt usa-icons/unfold_more usa-icons/expand_more usa-icons/expand_less \
    usa-icons/close usa-icons/check usa-icons/search; do
  mkdir -p "$(dirname "$web.new/uswds/img/$image")"
  cp "$uswds/img/$image.svg" "$web.new/uswds/img/$image.svg"
done
cp "$modules/htmx.org/dist/htmx.min.js" "$web.new/vendor/"
cp "$modules/signature_pad/dist/signature_pad.min.js" "$web.new/vendor/"
cp "$modules/idb/build/index.js" "$web.new/vendor/idb.js"

(cd "$web.new" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-12 > version)
rm -rf "$web"
mv "$web.new" "$web"
