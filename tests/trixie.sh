#!/bin/sh
# Builds Khiosk on Debian 13, with libgpiod 2, and runs there the unit tests and, where the machine
# can, the button tests on a real GPIO driver. The Debian 13 is a folder outside the checkout, made
# from the mirror that this machine uses and kept for a week.
set -eu
cd "$(dirname "$0")/.."
arch=$(dpkg --print-architecture)
store=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/khiosk
root=$store/trixie-$arch
log=$(mktemp)
trap 'rm -f "$log"' EXIT

skip() {
  echo "SKIP Debian 13: $1"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}
[ "$(id -u)" -eq 0 ] || skip "making a Debian root needs root"
unshare --mount --pid --fork true 2>/dev/null || skip "this machine allows no mounts of our own"
systemd/packages.sh build gpio trixie

# What apt needs to get out of here: proxies and the like.
apt_options() {
  apt-config dump |
    grep -E '^Acquire::(https?|Check-[A-Za-z-]+|Retries|ForceIPv[46]|.*::[Pp]roxy)[: ]' || true
}

make_root() {
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' |
    grep -E '^https?://.*/debian/?$' | head -n 1)
  packages=$(systemd/packages.sh --list build run test | paste -sd,)
  echo "Making a Debian 13 in $root from ${mirror:=http://deb.debian.org/debian}"
  mkdir -p "$store"
  rm -rf --one-file-system "$root" "$root.new"
  apt_options >"$log"
  mmdebstrap --quiet --variant=apt --architectures="$arch" --aptopt="$log" --include="$packages" \
    trixie "$root.new" "$mirror"
  systemd/packages.sh --list build run test >"$root.new/khiosk-packages"
  mv "$root.new" "$root"
}

if [ -z "$(find "$root/khiosk-packages" -mtime -7 2>/dev/null)" ] ||
  ! systemd/packages.sh --list build run test | cmp -s - "$root/khiosk-packages"; then
  make_root
fi
cp -L /etc/resolv.conf "$root/etc/resolv.conf"

# The sources as they are here, committed or not; without git, all but what is built.
rm -rf --one-file-system "$root/khiosk"
mkdir "$root/khiosk"
if git ls-files >/dev/null 2>&1; then
  git ls-files -z --cached --others --exclude-standard
else
  find . -path ./build -prune -o -path ./.git -prune -o ! -type d -print0
fi | xargs -0 -r sh -c 'for file; do [ ! -e "$file" ] || printf "%s\0" "$file"; done' sh |
  tar --create --null --files-from=- | tar --extract --no-same-owner --directory="$root/khiosk"

inside() {
  unshare --mount --pid --fork sh -euc '
    root=$1; shift
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"
  ' sh "$root" "$@"
}

inside sh -c 'echo "Debian $(cat /etc/debian_version), libgpiod $(pkg-config --modversion libgpiod)"'
inside make --no-print-directory -C /khiosk WERROR=1 -j"$(nproc)" all build-unit >"$log" 2>&1 || {
  tail -n 60 "$log"
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}
{ inside /khiosk/tests/run unit || true; } | tee "$log"
{ B=$root/khiosk/build GPIO_ROOT=$root tests/run tests/gpio/run.sh || true; } | tee -a "$log"
awk '/^[0-9]+ passed, / { passed += $1; failed += $3; skipped += $5; runs++ }
     END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
           exit failed > 0 || runs < 2 }' "$log"
