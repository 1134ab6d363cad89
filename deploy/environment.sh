#!/bin/sh
# Makes .venv from the hashed lock, whole or not at all: a half-made one is made again, a finished one for the same lock is kept.
set -eu
cd "$(dirname "$0")/.."
want=$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)
[ "$(cat .venv/complete 2>/dev/null || true)" = "$want" ] && exit 0
python=$(command -v python3.11 || command -v python3 || true)
[ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
    { echo "需要 Python 3.11。请运行：sudo apt install python3.11 python3.11-venv" >&2; exit 1; }
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    { echo "缺少 python3-venv。请运行：sudo apt install python3-venv" >&2; exit 1; }
echo "正在准备运行环境（第一次约一两分钟）"
rm -rf .venv
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-index --no-build-isolation -e .
echo "$want" > .venv/complete
