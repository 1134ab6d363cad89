#!/bin/sh
# Makes .venv from the hashed lock, whole or not at all: a half-made one is made again, a finished one for the same lock is kept.
set -eu
cd "$(dirname "$0")/.."
lock=$(sha256sum < requirements.lock | cut -d' ' -f1)
own=$(cat pyproject.toml; pwd -P)
own=$(echo "$own" | sha256sum | cut -d' ' -f1)
made=$(cat .venv/complete 2>/dev/null || true)
[ "$made" = "$lock $own" ] && exit 0

[ -w . ] || { echo "没有写入权限：$(pwd -P)。请把它复制到您自己的目录里再运行。" >&2; exit 1; }
if [ "${made%% *}" != "$lock" ]; then
    for name in "${PYTHON:-}" /usr/bin/python3.11 python3.11 python3; do
        python=$(command -v "$name" || true)
        [ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && break
        python=""
    done
    [ -n "$python" ] || { echo "需要 Python 3.11。请运行：sudo apt install python3.11 python3.11-venv" >&2; exit 1; }
    "$python" -c 'import ensurepip, venv' 2>/dev/null || { echo "缺少 python3-venv。请运行：sudo apt install python3-venv" >&2; exit 1; }
    echo "正在准备运行环境（第一次约一两分钟）"
    rm -rf .venv
    "$python" -m venv .venv
    .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
fi
rm -f .venv/complete
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-index --no-build-isolation -e .
echo "$lock $own" > .venv/complete
