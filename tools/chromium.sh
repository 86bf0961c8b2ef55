#!/bin/sh
# Sees to a Chromium for the browser tests and the pictures: Debian's package where we may install it, else one line that says how.
set -eu
[ -n "${CHROMIUM:-}" ] && exit 0
for name in chromium chromium-browser google-chrome; do command -v "$name" >/dev/null && exit 0; done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium …"
  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-liberation; then exit 0; fi >/dev/null
fi
echo "No Chromium: browser tests are skipped. To have them: sudo apt-get install chromium fonts-liberation" >&2
