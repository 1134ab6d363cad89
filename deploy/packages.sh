#!/bin/sh
# Installs what deploy/apt.txt lists and this machine lacks: `packages.sh run`, `packages.sh run test`. Without the right to, it says which line to run.
set -eu
cd "$(dirname "$0")/.."
want=" $* "
missing=""
for name in $(awk -v want="$want" '!/^#/ && NF && index(want, " " $2 " ") {print $1}' deploy/apt.txt); do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $name"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
else
    echo "还缺少系统软件包。请运行：sudo apt install$missing" >&2
    exit 1
fi
