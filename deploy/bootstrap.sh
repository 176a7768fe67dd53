#!/bin/sh
# Make .venv from a lock file with nothing but Python 3.11+ and the package index.
# Usage: sh deploy/bootstrap.sh requirements.lock
# PYTHON=/path/to/python3 chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."
lock=$1
stamp=.venv/.installed-$(basename "$lock")

fail() {
    echo "yinling: $1" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if is_new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    fail "no Python 3.11 or newer found; install one (Debian 12 and later: apt install python3), or name it: make PYTHON=/path/to/python3 demo"
}

# What the environment was made from: the lock, the project's table, and where it stands.
fingerprint() {
    { pwd && cat "$1" pyproject.toml; } | cksum
}

is_current() {
    [ -x .venv/bin/python ] && [ -f "$1" ] && [ "$(cat "$1")" = "$(fingerprint "$2")" ] &&
        .venv/bin/python -c 'import yinling' >/dev/null 2>&1
}

make_venv() {
    python=$(find_python)
    rm -rf .venv
    echo "1/3 making .venv with $("$python" --version)"
    if "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        "$python" -m venv .venv
    elif "$python" -m virtualenv --version >/dev/null 2>&1; then
        "$python" -m virtualenv -q .venv
    else
        fail "this Python cannot make environments; type: sudo apt install python3-venv   and then make again"
    fi
}

is_current "$stamp" "$lock" && exit 0
# The developers' lock holds everything that the users' does, in the same versions.
[ "$lock" = requirements.lock ] &&
    is_current .venv/.installed-requirements-dev.lock requirements-dev.lock && exit 0

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1 ||
    ! is_new_enough .venv/bin/python; then
    make_venv
fi
rm -f .venv/.installed-*
echo "2/3 installing the packages of $lock (a minute or so, the first time)"
.venv/bin/python -m pip install --disable-pip-version-check --no-input \
    --require-hashes -r "$lock" ||
    fail "the packages could not be installed; is the package index reachable?"
echo "3/3 installing yinling itself"
.venv/bin/python -m pip install --disable-pip-version-check --no-input -q \
    --no-deps --no-build-isolation -e .
fingerprint "$lock" >"$stamp"
