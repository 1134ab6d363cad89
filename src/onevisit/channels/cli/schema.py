"""`onevisit schema`: the JSON Schema of the definition format, so that an editor can check a file while it is typed."""

import argparse
import json

from onevisit.channels.cli.answer import Answer
from onevisit.core.shape import FILES, schema


def configure(parser: argparse.ArgumentParser) -> None:
    """One optional argument: which kind of file."""
    kinds = ("standard", *FILES)
    parser.add_argument("kind", nargs="?", default="standard", choices=kinds, help="哪一种文件，默认是标准化规程（standard）")


def run(args: argparse.Namespace) -> Answer:
    """The schema itself, with and without --json."""
    document = schema(args.kind)
    return Answer(document, json.dumps(document, ensure_ascii=False, indent=2))
