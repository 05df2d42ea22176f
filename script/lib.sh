# Shared by the scripts: where the project is, and how progress and failure are said.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() {
    printf '\033[1m==>\033[0m %s\n' "$*" >&2
}

fail() {
    printf 'hearth: %s\n' "$*" >&2
    exit 1
}

# build_in DIR COMPILER [meson options]: configures once, then builds what has changed.
build_in() {
    local directory=$1 compiler=$2
    shift 2
    if [ ! -f "$directory/build.ninja" ]; then
        say "Configuring $directory ($compiler)"
        CC=$compiler meson setup "$directory" "$@" >"$directory.log" 2>&1 ||
            { tail -n 40 "$directory.log" >&2; fail "meson could not configure $directory"; }
        rm -f "$directory.log"
    fi
    say "Building $directory ($compiler)"
    ninja -C "$directory" --quiet
}
