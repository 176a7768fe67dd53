#!/bin/sh
# Write the settings that docker-compose.yml needs, with fresh random secrets, 0600.
# Usage: sh deploy/make-env.sh .env      once: the file opens everything, keep it
set -eu
umask 077
file=${1:?usage: sh deploy/make-env.sh .env}
if [ -e "$file" ]; then
    echo "yinling: $file exists already; its secrets are in use" >&2
    exit 1
fi

random() {
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

for name in DATABASE_PASSWORD BROKER_INGEST_PASSWORD BROKER_ALERTS_PASSWORD \
    BROKER_GATEKEEPER_PASSWORD YINLING_SECRET_KEY YINLING_ADMIN_PASSWORD; do
    echo "$name=$(random)"
done >"$file"
