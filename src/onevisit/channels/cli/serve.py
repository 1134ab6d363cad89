"""`onevisit serve`: the web processes. It becomes the server itself, so that signals reach it; it refuses what is grave."""

import argparse
import os
import sys
from typing import NoReturn

from onevisit.channels.cli import diagnosis
from onevisit.channels.cli.answer import Answer

THREADS = 4
WAITING = 64
"""Requests of a process that may wait; more are turned away at once."""
DRAIN = 25
"""Seconds that requests under way have when the server is told to stop; a process that still has not ended then is killed."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Address, port, processes."""
    parser.add_argument("--host", default="127.0.0.1", help="监听的地址")
    parser.add_argument("--port", type=int, default=8000, help="监听的端口")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 2, help="进程数")
    parser.add_argument("--drain", type=int, default=DRAIN, metavar="秒", help="停止时，正在处理的请求最多再给几秒")


def run(args: argparse.Namespace) -> Answer:
    """Does not return: the process is the server from here on, unless something forbids to serve."""
    wrong = diagnosis.refusals()
    if not wrong:
        _become_server(args)
    text = "\n".join(f"{one.text}请处理：{one.mend}" for one in wrong)
    return Answer({"refused": [one.name for one in wrong]}, f"网站没有启动。\n{text}", 1)


def _become_server(args: argparse.Namespace) -> NoReturn:
    where = ("--host", args.host, "--port", str(args.port), "--workers", str(args.processes))
    how = ("--blocking-threads", str(THREADS), "--backpressure", str(WAITING), "--respawn-failed-workers", "--no-ws")
    end = ("--workers-kill-timeout", str(args.drain))
    server = (sys.executable, "-m", "granian", "--interface", "wsgi", *where, *how, *end, "onevisit.wsgi:application")
    os.execv(sys.executable, server)
