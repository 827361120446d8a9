#!/bin/sh
# Runs the button tests against a real GPIO driver: boots a User-Mode Linux with gpio-sim on the
# files of this machine, read only, and prints the TAP that the tests in it leave behind.
#   run.sh                  tests the programs in $B (default build) of this checkout
#   GPIO_ROOT=DIR run.sh    boots on the Debian root in DIR, with the checkout in DIR/khiosk
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=${GPIO_ROOT:-}
if [ -n "$root" ]; then
  top=/khiosk build=build
else
  top=$(cd "$here/../.." && pwd) build=${B:-build}
fi

skip() { echo "1..1"; echo "ok 1 - gpio # SKIP $1"; exit 0; }
[ "$(uname -m)" = x86_64 ] || skip "User-Mode Linux runs on x86_64 only, not on $(uname -m)"
kernel=$("$here/kernel.sh") || { echo "Bail out! the test kernel could not be built"; exit 1; }

out=$(mktemp -d "${TMPDIR:-/tmp}/khiosk-gpio.XXXXXX")
trap 'rm -rf "$out"' EXIT
touch "$out/tap"
# mem: the guest's memory is a file of this size. panic: a guest that panics ends.
timeout -k 5 180 "$kernel" mem=192M rootfstype=hostfs ${root:+rootflags="$root"} ro \
  init="$top/tests/gpio/guest.sh" uml_dir="$out/uml" umid=gpio panic=-1 quiet \
  con=null con0=null,fd:1 ssl=null \
  KHIOSK_TOP="$top" KHIOSK_BUILD="$build" KHIOSK_OUT="$out" \
  >"$out/console" 2>&1 </dev/null
status=$?
cat "$out/tap"
if ! grep -q '^1\.\.' "$out/tap"; then
  echo "# the guest did not finish (status $status); its console:"
  sed 's/^/# /' "$out/console" | tail -n 40
  echo "not ok 999 - the guest finished its tests"
  exit 1
fi
! grep -q '^not ok' "$out/tap"
