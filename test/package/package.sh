#!/bin/bash
# package.sh SOURCE: the package installs, serves, upgrades, is removed and purged in a clean Debian
# root, and never takes records away. Needs root, debootstrap and the network: long tier. TAP.
#   HEARTH_PACKAGE_ROOT   a root that debootstrap made, to be copied instead of making one
set -u
source=$1
skip() { echo "1..0 # SKIP $1"; exit 0; }
[ "${HEARTH_TEST_TIER:-quick}" = long ] || skip "the long tier installs the package in a clean Debian root"
[ "$(id -u)" -eq 0 ] || skip "only root may make a Debian root"
command -v debootstrap >/dev/null || skip "debootstrap is not installed"
command -v dpkg-shlibdeps >/dev/null || skip "dpkg-dev is not installed"

folder=$(mktemp -d /tmp/hearth-package-XXXXXX)
root=$folder/root
number=0 failed=0 server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
    umount "$root/proc" 2>/dev/null
    rm -rf --one-file-system "$folder"
}
trap finish EXIT

result() { # STATUS WHAT
    number=$((number + 1))
    [ "$1" -eq 0 ] || { tail -n 30 "$folder/log" | sed 's/^/# /'; printf 'not '; failed=1; }
    echo "ok $number - $2"
    : >"$folder/log"
}
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@" >>"$folder/log" 2>&1; }
is_gone() { [ ! -e "$root$1" ]; }

# Starts the installed server as its user, asks it, stops it with SIGTERM; its exit status is 0.
serves() {
    local port=$((20000 + RANDOM % 20000)) answered=1
    chroot "$root" setpriv --reuid hearth --regid hearth --clear-groups --no-new-privs env -i PATH=/usr/bin \
        hearth serve --config /etc/hearth/hearth.yaml --port "$port" >>"$folder/log" 2>&1 &
    server=$!
    for _ in $(seq 300); do
        if curl -sf "http://127.0.0.1:$port/healthz" >>"$folder/log"; then answered=0; break; fi
        sleep 0.2
    done
    kill -TERM "$server"
    wait "$server" && [ $answered -eq 0 ]
    local status=$?
    server=
    return $status
}

echo 1..13
: >"$folder/log"
old=$(cd "$source" && HEARTH_PACKAGE_VERSION=0.1.0-1 script/package 2>>"$folder/log")
new=$(cd "$source" && HEARTH_PACKAGE_VERSION=0.1.1-1 script/package 2>>"$folder/log")
[ -s "$old" ] && [ -s "$new" ]
result $? "the package is made"
first=$(md5sum <"$old")
(cd "$source" && HEARTH_PACKAGE_VERSION=0.1.0-1 script/package) >/dev/null 2>>"$folder/log"
[ "$first" = "$(md5sum <"$old")" ]
result $? "made again it has the same bytes"
if command -v lintian >/dev/null; then
    [ -z "$(lintian --no-cfg --tag-display-limit 0 "$old" 2>>"$folder/log" | tee -a "$folder/log")" ]
    result $? "lintian has nothing to say of it"
else
    result 0 "lintian has nothing to say of it # SKIP lintian is not installed"
fi

if [ -n "${HEARTH_PACKAGE_ROOT:-}" ]; then
    cp -a "$HEARTH_PACKAGE_ROOT" "$root"
else
    debootstrap --variant=minbase bookworm "$root" >>"$folder/log" 2>&1 || skip "debootstrap cannot make a root here"
fi
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # nothing is started in a chroot
chmod 755 "$root/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
cp "$old" "$root/old.deb"
cp "$new" "$root/new.deb"

inside apt-get update && inside apt-get install -y --no-install-recommends /old.deb
result $? "it installs with what it depends on"
[ "$(stat -c '%U %a' "$root/var/lib/hearth" 2>/dev/null | sed "s/^[^ ]*/$(chroot "$root" stat -c %U /var/lib/hearth)/")" = "hearth 700" ]
result $? "the data folder belongs to its user, and nobody else may look"
inside dpkg --verify hearth && inside hearth config check /etc/hearth/hearth.yaml
result $? "its files are as packed, its settings in order"
inside systemd-analyze verify --man=no /lib/systemd/system/hearth.service
result $? "systemd takes its units"
serves
result $? "as its user it makes a data folder, answers, and stops with 0"

echo "# kept" >>"$root/etc/hearth/hearth.yaml"
keys=$(cd "$root/var/lib/hearth" && find keys -type f -exec md5sum {} + | sort)
inside apt-get install -y --no-install-recommends /new.deb && grep -q "# kept" "$root/etc/hearth/hearth.yaml" && serves
result $? "it upgrades, keeps the settings, and serves the same folder"

inside apt-get remove -y hearth && is_gone /usr/bin/hearth && is_gone /usr/share/hearth && [ -s "$root/var/lib/hearth/hearth.db" ]
result $? "removed, the program is gone and the records are there"
inside apt-get purge -y hearth && is_gone /etc/hearth && is_gone /lib/systemd/system/hearth.service &&
    grep -q "records and their keys stay" "$folder/log"
result $? "purged, the settings are gone, and it says where the records are"
[ "$keys" = "$(cd "$root/var/lib/hearth" && find keys -type f -exec md5sum {} + | sort)" ] && [ -s "$root/var/lib/hearth/hearth.db" ]
result $? "records and keys are untouched by the purge"
inside apt-get install -y --no-install-recommends /new.deb && serves
result $? "installed again it serves them"
exit $failed
