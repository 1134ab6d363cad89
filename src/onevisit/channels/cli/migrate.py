"""`onevisit migrate`: the database has the structure that this version needs."""

import argparse
import io

from django.core.management import call_command

from onevisit.channels.cli import running
from onevisit.channels.cli.answer import Answer


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(args: argparse.Namespace) -> Answer:
    """What was changed."""
    running.connected()
    told = io.StringIO()
    call_command("migrate", interactive=False, verbosity=1, stdout=told)
    done = [line.strip().removesuffix("... OK") for line in told.getvalue().splitlines() if line.endswith("OK")]
    return Answer({"applied": done}, f"数据库结构已是最新（新增{len(done)}步）。")
