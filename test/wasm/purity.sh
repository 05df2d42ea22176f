#!/bin/sh
# purity.sh LIBRARY...: the core's libraries hold no writable data and ask for nothing but memory
# and the compiler's own helpers: no files, sockets, clock, locale or printing. Results as TAP.
set -eu

# What the core may ask of the host, and what ALSO_ALLOWED names. The names with _chk are the checked forms of the same.
allowed='^(memcpy|memmove|memset|memcmp|memchr|strlen|__memcpy_chk|__memmove_chk|__memset_chk|__memset_explicit_chk|explicit_bzero|malloc|calloc|realloc|free|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_'"${ALSO_ALLOWED:+|$ALSO_ALLOWED})$"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0
failed=0
echo "1..$(($# + 1))"

tell() { # tell FILE NAME: ok when the file of complaints is empty
    number=$((number + 1))
    if [ -s "$1" ]; then
        sed 's/^/# /' "$1"
        echo "not ok $number - $2"
        failed=1
    else
        echo "ok $number - $2"
    fi
}

for library in "$@"; do
    # Constant tables of pointers (.data.rel.ro) are written by the loader only.
    objdump -h "$library" | awk '$2 ~ /^\.(data|bss|tdata|tbss)(\..*)?$/ &&
        $2 !~ /^\.data\.rel\.ro/ && $3 !~ /^0+$/ { print $2, "of", $3, "bytes" }' >"$scratch/data"
    tell "$scratch/data" "$(basename "$library") holds no writable data"
done

nm --defined-only -f posix "$@" 2>/dev/null | awk '$2 ~ /^[A-Z]$/ { print $1 }' | sort -u >"$scratch/own"
nm --undefined-only -f posix "$@" 2>/dev/null | awk '$2 == "U" { print $1 }' | sort -u |
    comm -23 - "$scratch/own" | grep -Ev "$allowed" >"$scratch/foreign" || true
tell "$scratch/foreign" "the core asks the host for memory only"
exit "$failed"
