#!/bin/sh
# Sees to what the tests need of the system: a Chromium for the browser tests and the pictures, nginx for the gateway,
# docker-compose to read its file. Debian's packages where we may install them, else one line that says how.
set -eu
has() { for name; do command -v "$name" >/dev/null && return; done; return 1; }
missing() {
  [ -n "${CHROMIUM:-}" ] || has chromium chromium-browser google-chrome || printf 'chromium fonts-liberation '
  has docker-compose || printf 'docker-compose '
  has nginx || printf 'nginx-light '
  has openssl || printf 'openssl '
}
wanted=$(missing)
[ -n "$wanted" ] || exit 0
# with systemd the package of nginx would start a server on the machine: that is for its owner to say
may=$(if [ -d /run/systemd/system ]; then echo "$wanted" | sed 's/nginx-light //'; else echo "$wanted"; fi)
if [ "$(id -u)" = 0 ] && has apt-get && [ -n "$may" ]; then
  echo "Installing $may…"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $may; } >/dev/null || true
fi
wanted=$(missing)
[ -z "$wanted" ] || echo "Tests that need these are skipped. To have them: sudo apt-get install --no-install-recommends $wanted" >&2
