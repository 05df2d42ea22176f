#!/bin/bash
# units.sh HEARTH SOURCE: the units are sound and tight, the settings of the package are in order. TAP.
set -u
hearth=$1 source=$2
exposure_most=1.0 # of 10, as systemd-analyze counts it
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
number=0 failed=0

result() { # STATUS WHAT [WORDS]
    number=$((number + 1))
    [ "$1" -eq 0 ] || { printf '%s\n' "${3:-}" | head -n 20 | sed 's/^/# /'; printf 'not '; failed=1; }
    echo "ok $number - $2"
}

echo 1..4
sed "s#/var/lib/hearth#$folder#" "$source/packaging/hearth.yaml" >"$folder/hearth.yaml"
words=$("$hearth" config check "$folder/hearth.yaml" 2>&1)
result $? "the settings of the package are in order" "$words"

cp "$source"/packaging/systemd/hearth.{service,socket} "$folder"
sed -i "s#/usr/bin/hearth#$hearth#" "$folder/hearth.service"
if command -v systemd-analyze >/dev/null; then
    words=$(systemd-analyze verify --man=no "$folder/hearth.service" "$folder/hearth.socket" 2>&1)
    [ $? -eq 0 ] && [ -z "$words" ]
    result $? "systemd-analyze verify has nothing to say" "$words"
    words=$(systemd-analyze security --offline=true --no-pager "$folder/hearth.service" 2>&1)
    exposure=$(sed -n 's/.*exposure level for [^:]*: \([0-9.]*\).*/\1/p' <<<"$words")
    awk -v is="${exposure:-10}" -v most="$exposure_most" 'BEGIN { exit !(is <= most) }'
    result $? "exposure ${exposure:-unknown} is at most $exposure_most of 10" "$words"
else
    echo "ok 2 - systemd-analyze verify # SKIP there is no systemd-analyze"
    echo "ok 3 - systemd-analyze security # SKIP there is no systemd-analyze"
    number=3
fi

words=$(for script in "$source"/packaging/debian/p*; do sh -n "$script" || echo "$script"; done 2>&1)
[ -z "$words" ]
result $? "the scripts of the package can be read" "$words"
exit $failed
