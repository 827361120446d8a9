#!/bin/sh
# The first process inside the test kernel. The root is the host's, read only; what is written goes
# to memory, except for the folder KHIOSK_OUT.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t configfs configfs /sys/kernel/config
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
mkdir /run/out
# The option has had a name since Linux 6.11.
mount -t hostfs none /run/out -o "hostfs=$KHIOSK_OUT" 2>/dev/null ||
  mount -t hostfs none /run/out -o "$KHIOSK_OUT"
ip link set lo up 2>/dev/null
cd "$KHIOSK_TOP" || exit 1
export HOME=/run TMPDIR=/run LANG=C.UTF-8 B="$KHIOSK_BUILD" PYTHONDONTWRITEBYTECODE=1
python3 tests/gpio/test_gpio.py >/run/out/tap 2>/run/out/err </dev/null
cat /run/out/err
# There is no init system to ask: power off as it would.
python3 -c 'import ctypes; ctypes.CDLL(None).reboot(0x4321fedc)'
