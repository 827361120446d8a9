#!/bin/sh
# What an installation on the machine itself needs beside its files: user, folder, device rights,
# and systemd's knowledge of the units. Called by make install and make uninstall.
#   settle.sh PREFIX | --before-removal | --after-removal
set -eu
programs="displayd printerd kioskd"
managed() { [ -d /run/systemd/system ]; }

if [ "$1" = --before-removal ]; then
  # Units that were never enabled, or are gone already, are no fault.
  # shellcheck disable=SC2086
  if managed; then systemctl disable --now $programs 2>/dev/null || true; fi
  exit 0
fi
if [ "$1" = --after-removal ]; then
  if managed; then systemctl daemon-reload; fi
  echo "Khiosk is removed. /etc/khiosk, /var/lib/khiosk and the user khiosk are still there."
  exit 0
fi

if command -v systemd-sysusers >/dev/null; then
  systemd-sysusers "$1/lib/sysusers.d/khiosk.conf"
  systemd-tmpfiles --create "$1/lib/tmpfiles.d/khiosk.conf"
fi
if managed; then
  systemctl daemon-reload
  udevadm control --reload && udevadm trigger --subsystem-match=gpio
  for program in $programs; do
    if systemctl -q is-active "$program"; then systemctl restart "$program"; fi
  done
fi
cat <<END
Khiosk is installed. What comes next:
  1. your office:   /etc/khiosk/khiosk.ini (explained in the file itself)
  2. check it:      $1/bin/kioskd --check-config
  3. start it:      systemctl enable --now kioskd printerd displayd
  4. look at it:    $1/bin/queuectl status
  Staff who use queuectl: usermod -aG khiosk NAME, and a new login
END
