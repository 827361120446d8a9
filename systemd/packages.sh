#!/bin/sh
# Installs the Debian packages that Khiosk needs, and says which and why. Names them where it can't.
#   packages.sh GROUP...           groups: build, run, test, gpio, lint, trixie
#   packages.sh --list GROUP...    only prints their names
set -eu

list() {
  cat <<'END'
build gcc                 the compiler
build make                the build
build pkg-config          where the libraries are
build libc6-dev           the C library
build libgpiod-dev        buttons and lamps
build libsqlite3-dev      the journal
build libsystemd-dev      event loop, readiness, watchdog
build libjansson-dev      JSON on the socket
build libinih-dev         configuration
build libsodium-dev       hash chain
build libsdl2-dev         the screen
build libsdl2-ttf-dev     text on the screen
build libthai-dev         Thai line breaks on the screen
build libpng-dev          pictures of the screen
build libpango1.0-dev     text on paper
build libcairo2-dev       drawing on paper
build libcups2-dev        print jobs
run   fonts-thai-tlwg     Thai fonts
run   libegl1             the screen without a desktop
run   libgles2            the screen without a desktop
run   libgl1-mesa-dri     the screen without a desktop
run   tzdata              the office's time zone
run   alsa-utils          records and plays back the clips of the voice
test  libcmocka-dev       unit tests
test  python3             drives the programs in tests
test  sqlite3             reads the journal as a person would
test  faketime            a day passes in a second
test  cups                a print server of the tests' own
test  cups-client         its commands
test  xvfb                a screen without a monitor
test  strace              counts wake-ups and frames
test  xdotool             keys pressed in a window
test  poppler-utils       looks at PDF tickets
test  mount               file systems of the tests' own
test  systemd             checks the units
test  mandoc              checks the manual pages
test  util-linux          name spaces, sessions and the like
gpio  linux-source        a kernel with gpio-sim
gpio  bc                  builds it
gpio  bison               builds it
gpio  flex                builds it
gpio  xz-utils            unpacks it
lint  clang-format        layout of the code
lint  cppcheck            static analysis
lint  shellcheck          checks the shell scripts
trixie mmdebstrap         a Debian 13 root
END
}

in_group() {
  list | awk -v g="$1" '$1 == g { print $2 }'
}

if [ "${1:-}" = --list ]; then
  shift
  for group in "$@"; do in_group "$group"; done
  exit 0
fi

missing=
for group in "$@"; do
  for package in $(in_group "$group"); do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      missing="$missing $package"
  done
done
[ -n "$missing" ] || exit 0

describe() {
  for package in $missing; do
    list | awk -v p="$package" '$2 == p { $1 = ""; $2 = ""; sub(/^ */, ""); printf "  %-18s %s\n", p, $0; exit }'
  done
}

as_root=
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null; then as_root="sudo env DEBIAN_FRONTEND=noninteractive"; else as_root=none; fi
fi
if ! command -v apt-get >/dev/null || [ "$as_root" = none ]; then
  echo "Khiosk needs these packages, and they cannot be installed from here (apt-get as root is needed):" >&2
  describe >&2
  exit 1
fi
echo "Installing packages that Khiosk needs:"
describe
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
if ! { $as_root apt-get -q update && $as_root apt-get -q -y --no-install-recommends install $missing; } >"$log" 2>&1 </dev/null; then
  tail -n 20 "$log" >&2
  echo "apt-get could not install:$missing" >&2
  exit 1
fi
