"""`onevisit worker`: does the jobs that follow what people do, until it is told to stop."""

import argparse

from onevisit.channels.cli import running
from onevisit.channels.cli.answer import Answer
from onevisit.ledger import jobs


def configure(parser: argparse.ArgumentParser) -> None:
    """How much at once; `--once` for tests and for scripts."""
    parser.add_argument("--concurrency", type=int, default=4, help="同时办几件")
    parser.add_argument("--once", action="store_true", help="把现在该办的办完就结束")


def run(args: argparse.Namespace) -> Answer:
    """Returns when it was told to stop."""
    running.connected()
    jobs.work(wait=not args.once, concurrency=args.concurrency)
    return Answer({"stopped": True}, "后台办理已停止。")
