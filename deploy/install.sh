#!/bin/sh
# Install Yinling on Debian: what the image is made of, and a server without Docker.
# Usage: sh deploy/install.sh SOURCE [PREFIX]     as root; PREFIX defaults to /opt/yinling
set -eu
source=$1
prefix=${2:-/opt/yinling}
export DEBIAN_FRONTEND=noninteractive

if ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
fi
# Phones ring through it; everything else works without.
if ! command -v baresip >/dev/null 2>&1; then
    { apt-get update -qq &&
        apt-get install -y -qq --no-install-recommends baresip-core; } >/dev/null 2>&1 ||
        echo "yinling: no phone will ring until baresip-core is installed" >&2
fi
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "yinling: Python 3.11 or newer is needed" >&2
    exit 1
}

# A user of its own, with nothing but its data.
if ! grep -q '^yinling:' /etc/passwd; then
    useradd --system --user-group --no-create-home --home-dir /var/lib/yinling \
        --shell /usr/sbin/nologin yinling
fi
for folder in /var/lib/yinling /var/lib/yinling/metrics /etc/nats; do
    install -d -m 0750 -o yinling -g yinling "$folder"
done

python3 -m venv "$prefix"
"$prefix/bin/python" -m pip install --disable-pip-version-check --no-input \
    --no-cache-dir -q --require-hashes -r "$source/requirements.lock"

# The build writes beside the sources: build from a copy, install what was built.
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
for part in pyproject.toml README.md core ingest alerts api simulators yinling bench; do
    cp -R "$source/$part" "$build/"
done
"$prefix/bin/python" -m pip install --disable-pip-version-check --no-input \
    --no-cache-dir -q --no-deps --no-build-isolation "$build"
ln -sf "$prefix/bin/yinling" /usr/local/bin/yinling
yinling --help >/dev/null
echo "yinling is installed in $prefix"
