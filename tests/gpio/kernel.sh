#!/bin/sh
# Builds, once, a User-Mode Linux with gpio-sim, and prints the path of its binary.
# Debian's own kernels have gpio-sim switched off; this one runs as an ordinary process.
# It is kept outside the checkout, under a name made of its source and its configuration.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
source=$(ls /usr/src/linux-source-*.tar.xz 2>/dev/null | sort -V | tail -n 1)
[ -n "$source" ] || { echo "kernel.sh: no /usr/src/linux-source-*.tar.xz: apt-get install linux-source" >&2; exit 1; }
key=$( { stat -c '%n %s' "$source"; cat "$here/kernel.config" "$here/kernel.sh"; } | sha256sum | cut -c1-16)
store=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/khiosk/uml-$key
if [ ! -x "$store/linux" ]; then
  mkdir -p "$store"
  tree=$(mktemp -d "$store/build.XXXXXX")
  trap 'rm -rf "$tree"' EXIT
  trap 'exit 143' TERM INT
  {
    tar -xf "$source" -C "$tree" --strip-components=1
    # Processors with AMX have more registers to save than kernels before 6.12 leave room for, and
    # the guest's first program dies of it.
    sed -i 's/DEFINE_LONGS(HOST_FP_SIZE, 2696)/DEFINE_LONGS(HOST_FP_SIZE, 16384)/' \
      "$tree/arch/x86/um/user-offsets.c"
    make -C "$tree" ARCH=um defconfig
    (cd "$tree" && ARCH=um scripts/kconfig/merge_config.sh -m .config "$here/kernel.config")
    make -C "$tree" ARCH=um olddefconfig
    for option in $(sed -n 's/^\(CONFIG_[A-Z0-9_]*\)=.*/\1/p' "$here/kernel.config"); do
      grep -q "^$option=" "$tree/.config" || { echo "kernel.sh: $option was not accepted"; exit 1; }
    done
    make -C "$tree" ARCH=um -j"$(nproc)" linux
  } >"$store/build.log" 2>&1 </dev/null || { tail -n 20 "$store/build.log" >&2; exit 1; }
  mv "$tree/linux" "$store/linux"
fi
echo "$store/linux"
