#!/bin/sh
# Installs the Node tools exactly as package-lock.json says, with the project's own Node; does nothing when that is done.
set -eu
cd "$(dirname "$0")"
[ node_modules/.package-lock.json -nt package-lock.json ] || ../.venv/bin/npm ci --no-progress
