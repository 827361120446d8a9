#!/bin/bash
# Runs the demo office in one terminal until Ctrl-C: kioskd, printerd and displayd of this checkout
# on config/demo.ini, with their state in build/run.
#   foreground.sh [-o SECTION.KEY=VALUE]...      settings that win over the demo's
set -u
cd "$(dirname "$0")/.." || exit 1
bin=${B:-build}/bin
config=config/demo.ini
options=("$@")

# The value of a key: what -o says, else what the file says.
setting() {
  local option value=
  value=$(awk -v section="[$1]" -v key="$2" '
    /^\[/ { inside = $0 == section }
    inside && $1 == key && $2 == "=" { sub(/^[^=]*= */, ""); print; exit }' "$config")
  for option in "${options[@]}"; do
    [[ $option == "$1.$2="* ]] && value=${option#*=}
  done
  echo "$value"
}

state=$(setting kiosk state-dir)
picture=$(setting display picture)
tickets=$(setting printer to)
ctl=$bin/queuectl
[[ -e /etc/khiosk/khiosk.ini || $bin != build/bin ]] && ctl+=" -c $config"

keys() {
  awk '
    /^\[/ { button = /^\[button / }
    button && $1 == "line" { line = $3 }
    button && $1 == "press" { sub(/^[^=]*= */, ""); printf "    %s  %s\n", line, $0 }' "$config"
}

banner() {
  echo "Khiosk is running. Ctrl-C ends it."
  if [[ -t 3 ]]; then
    echo "  Keys, here and in the window:"
  else
    echo "  Keys in the window (there is no terminal here):"
  fi
  keys
  case $tickets in
    folder:*) echo "  Tickets: ${tickets#folder:}, as PNG and PDF" ;;
    cups:) echo "  Tickets: printed by the default printer of CUPS" ;;
    cups:*) echo "  Tickets: printed by ${tickets#cups:}" ;;
    *) echo "  Tickets: not printed" ;;
  esac
  echo "  Screen: a window, or the picture $picture where there is no display"
  echo "  In a second terminal:"
  printf '    %s\n' "$ctl ticket general" "$ctl next 1" "$ctl watch"
}

for program in kioskd queuectl printerd displayd; do
  [[ -x $bin/$program ]] || { echo "$bin/$program is not built: make run builds it" >&2; exit 1; }
done
mkdir -p "$state" || exit 1
# A closed standard input is as good as an empty one. Programs started with & would all get the
# empty one; descriptor 3 keeps ours for kioskd.
{ exec 3<&0; } 2>/dev/null || exec 3</dev/null
exec 4</dev/null
terminal=$(stty -g <&3 2>/dev/null)

declare -A names=()
stopping=
trap 'stopping=yes' INT TERM HUP

# start PROGRAM INPUT: with that descriptor as its input, and gone if this script is killed.
start() {
  setpriv --pdeathsig TERM "$bin/$1" -c "$config" "${options[@]}" <&"$2" 3<&- 4<&- &
  names[$!]=$1
}

in_foreground() {
  local group foreground
  read -r _ _ _ _ group _ _ foreground _ <"/proc/$$/stat"
  [[ $group == "$foreground" ]]
}

# tell SIGNAL: to all that were started; false if none of them is left.
tell() { [[ ${#names[@]} -gt 0 ]] && kill "-$1" "${!names[@]}" 2>/dev/null; }

# Ends what runs, in at most ten seconds, and leaves with the status given.
finish() {
  local tries
  trap '' INT TERM HUP
  tell TERM
  for ((tries = 0; tries < 200; tries++)); do
    tell 0 || break
    sleep 0.05
  done
  tell KILL
  wait
  # kioskd has put the terminal back, unless it was killed.
  [[ $terminal ]] && in_foreground && stty "$terminal" <&3
  exit "$1"
}

answers() { "$bin/queuectl" -c "$config" "${options[@]}" status >/dev/null 2>&1; }

if answers; then
  echo "This office is running already, from another terminal: end it there with Ctrl-C." >&2
  exit 1
fi
start kioskd 3
until answers; do
  [[ $stopping ]] && finish 0
  tell 0 || { echo "kioskd does not start; its own words are above." >&2; finish 1; }
  sleep 0.05
done
echo "$(banner)" # in one piece, whatever the programs say meanwhile
start printerd 4
start displayd 4

while [[ ! $stopping ]]; do
  gone=
  wait -n -p gone "${!names[@]}"
  status=$?
  [[ $stopping || ! $gone ]] && continue
  name=${names[$gone]}
  unset "names[$gone]"
  if [[ $name == displayd && $status -eq 0 ]]; then
    echo "The window was closed."
    finish 0
  fi
  echo "$name has ended by itself (status $status); its own words are above." >&2
  finish 1
done
echo
finish 0
