"""`onevisit serve`: the web processes. It becomes the server itself, so that signals reach it."""

import argparse
import os
import sys

from onevisit.channels.cli.answer import Answer

THREADS = 4


def configure(parser: argparse.ArgumentParser) -> None:
    """Address, port, processes."""
    parser.add_argument("--host", default="127.0.0.1", help="监听的地址")
    parser.add_argument("--port", type=int, default=8000, help="监听的端口")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 2, help="进程数")


def run(args: argparse.Namespace) -> Answer:
    """Does not return: the process is the server from here on."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onevisit.settings")
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", args.host, "--port", str(args.port), "--workers", str(args.processes),
        "--blocking-threads", str(THREADS), "--respawn-failed-workers", "--no-ws", "--backpressure", "64", "onevisit.wsgi:application",
    ]  # fmt: skip
    os.execv(sys.executable, command)
