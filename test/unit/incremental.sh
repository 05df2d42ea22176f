#!/bin/sh
# incremental.sh SOURCE: a bare ninja after a new kernel statement or a new name for C builds what
# includes the generated header, at once and only once. Works on a copy. Results as TAP.
set -eu

source=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
mkdir copy
for part in meson.build meson_options.txt package-lock.json model script sql src test web; do
    [ ! -e "$source/$part" ] || cp -R "$source/$part" copy
done

of_statements=test/unit/test_db_named.p/test_db_named.c.o
of_names=src/http/libhttp.a.p/page_history.c.o
meson setup built copy >log 2>&1 || { tail -n 20 log; exit 1; }
ninja -C built "$of_statements" "$of_names" >log 2>&1 || { tail -n 20 log; exit 1; }

number=0
failed=0
tell() { # tell NAME COMMAND...
    name=$1
    shift
    number=$((number + 1))
    if "$@"; then
        echo "ok $number - $name"
    else
        sed 's/^/# /' log
        echo "not ok $number - $name"
        failed=1
    fi
}
made_after() { # made_after OBJECT FILE
    [ -n "$(find "built/$1" -newer "$2")" ]
}
nothing_left() {
    ninja -C built -n "$of_statements" "$of_names" >log 2>&1 && grep -q 'no work to do' log
}

echo 1..4
tell "what was built stays built" nothing_left
sleep 1.1 # so that the times of files differ
printf '\n-- name: find_seven\nSELECT 7;\n' >>copy/sql/kernel.sql
echo 'class of_a_test' >>copy/model/c_names.list
touch before
ninja -C built "$of_statements" "$of_names" >log 2>&1 || { tail -n 20 log; exit 1; }
tell "a new statement reaches what includes it" made_after "$of_statements" before
tell "a new name reaches what includes it" made_after "$of_names" before
tell "one run was enough" nothing_left
exit "$failed"
