#!/bin/bash
# systemd.sh SOURCE: under a systemd that was really booted, the package starts its unit, the unit is as shut in as it
# says, restarts lose no request, and it comes back by itself. The machine is this one's files with a layer above
# them, in namespaces of its own. Needs root, systemd-nspawn, overlayfs: long tier. TAP.
#   HEARTH_PACKAGE   a .deb to take instead of making one
set -u
source=$1
exposure_most=1.0 # of 10, as systemd-analyze counts it
port=8080         # of hearth.socket, in the machine's own network
skip() { echo "1..0 # SKIP $1"; exit 0; }
[ "${HEARTH_TEST_TIER:-quick}" = long ] || skip "the long tier boots a systemd"
[ "$(id -u)" -eq 0 ] || skip "only root may boot a systemd"
for tool in systemd-nspawn nsenter python3 curl dpkg-shlibdeps; do
    command -v $tool >/dev/null || skip "there is no $tool"
done

folder=$(mktemp -d /tmp/hearth-systemd-XXXXXX)
machine=$folder/machine
number=0 failed=0 nspawn=
finish() {
    [ -z "$nspawn" ] || { kill -TERM "$nspawn"; wait "$nspawn"; } 2>/dev/null
    umount "$machine" 2>/dev/null
    umount "$folder/layer" 2>/dev/null
    rm -rf --one-file-system "$folder"
}
trap finish EXIT

result() { # STATUS WHAT
    number=$((number + 1))
    [ "$1" -eq 0 ] || { tail -n 40 "$folder/log" | sed 's/^/# /'; printf 'not '; failed=1; }
    echo "ok $number - $2"
    : >"$folder/log"
}
within() { # COMMAND ...: in the machine, as its root
    nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup --root --wd env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 SYSTEMD_PAGER=cat "$@" 2>&1
}
inside() { within "$@" >>"$folder/log"; }
shows() { within systemctl show -P "$1" hearth.service; } # PROPERTY
until_true() { # SECONDS COMMAND ...
    local until=$((SECONDS + $1))
    shift
    while ! "$@" >>"$folder/log" 2>&1; do
        [ $SECONDS -lt $until ] || return 1
        sleep 0.3
    done
}
answers() { inside curl -sf -o /dev/null --max-time 30 "http://127.0.0.1:$port/healthz"; }

mkdir -p "$machine" "$folder/layer"
: >"$folder/log"
mount -t tmpfs -o size=1g tmpfs "$folder/layer" && mkdir "$folder/layer/above" "$folder/layer/work" &&
    mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/layer/above,workdir=$folder/layer/work" "$machine" ||
    skip "no layer can be put above the files of this machine"
package=${HEARTH_PACKAGE:-$(cd "$source" && script/package 2>>"$folder/log")}
cp "$package" "$machine/hearth.deb" && cp "$source"/test/package/{probe,load}.py "$machine/"
SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn --quiet --directory="$machine" --machine="hearth-$$" --register=no \
    --keep-unit --private-network --link-journal=no --boot systemd.unit=basic.target >"$folder/boot" 2>&1 </dev/null &
nspawn=$!
leader=
for _ in $(seq 200); do
    leader=$(pgrep -P "$nspawn" | head -n 1)
    [ -n "$leader" ] && grep -q "basic.target" "$folder/boot" && within systemctl is-active basic.target | grep -q ^active && break
    kill -0 "$nspawn" 2>/dev/null || skip "systemd cannot be booted here: $(tail -n 1 "$folder/boot")"
    sleep 0.3
done

echo 1..9
within systemctl is-active basic.target >>"$folder/log"
result $? "a systemd of its own is up"
inside ip link set lo up
inside rm -f /usr/sbin/policy-rc.d # what keeps a container from starting anything
inside dpkg --force-depends -i /hearth.deb && until_true 60 answers && [ "$(shows ActiveState)" = active ]
result $? "installed, the unit is started, has the socket, and answers"
[ "$(shows StatusText)" != "" ] && [ "$(shows NRestarts)" = 0 ] && [ "$(shows User)" = hearth ]
result $? "it told the manager that it is ready, and what it does"

# The same unit, every setting of it, with another program.
within cat /lib/systemd/system/hearth.service | sed -e '/^Requires=\|^After=\|^WatchdogSec=\|^Restart/d' -e 's/^Type=.*/Type=oneshot/' \
    -e 's#^ExecStart=.*#ExecStart=/usr/bin/python3 /probe.py /var/lib/hearth#' >"$folder/probe.service"
cp "$folder/probe.service" "$machine/etc/systemd/system/hearth-probe.service"
inside chmod 644 /probe.py && inside systemctl daemon-reload && inside systemctl start hearth-probe.service
status=$?
within journalctl --no-pager -u hearth-probe.service >>"$folder/log"
result $status "it can write its folder and nothing else, opens no connection, and has no way out"
words=$(within systemd-analyze security --no-pager hearth.service)
exposure=$(sed -n 's/.*exposure level for [^:]*: \([0-9.]*\).*/\1/p' <<<"$words")
printf '%s\n' "$words" >>"$folder/log"
awk -v is="${exposure:-10}" -v most="$exposure_most" 'BEGIN { exit !(is <= most) }'
result $? "systemd-analyze says of the running unit ${exposure:-nothing}, at most $exposure_most of 10"

within python3 /load.py "$port" /stop >"$folder/load" &
load=$!
sleep 2
for _ in 1 2 3 4 5; do
    inside systemctl restart hearth.service || break
    sleep 1
done
inside touch /stop
wait $load
status=$?
cat "$folder/load" >>"$folder/log"
result $status "five restarts under load lose no request ($(cat "$folder/load"))"

before=$(shows MainPID)
inside kill -KILL "$before" && until_true 30 answers && [ "$(shows MainPID)" != "$before" ] && [ "$(shows NRestarts)" = 1 ]
result $? "killed, it is started anew"
mkdir -p "$machine/etc/systemd/system/hearth.service.d"
printf '[Service]\nWatchdogSec=4\n' >"$machine/etc/systemd/system/hearth.service.d/test.conf"
inside systemctl daemon-reload && inside systemctl restart hearth.service && answers
before=$(shows MainPID)
inside kill -STOP "$before" && until_true 60 answers && [ "$(shows MainPID)" != "$before" ]
result $? "hanging, it is ended by its watchdog and started anew"
inside systemctl stop hearth.service && [ "$(shows Result)" = success ] && [ "$(shows ExecMainStatus)" = 0 ] &&
    inside systemctl is-active hearth.socket && answers && [ "$(shows ActiveState)" = active ]
result $? "stopped, it ends with 0; the socket stays, and the next request starts it"
exit $failed
