"""What the legs share: the steps and data of a case, the database, and the loop that does as many cases as it is told."""

import json
import os
import sys
import time
from collections.abc import Callable

import psycopg

DATA = {"food": "no", "goods": "手工布鞋", "area": "6.50", "days": "5", "remark": "周末在步行街"}
LATER = ("order", "place", "decide", "issue", "deliver")
"""The steps after `submit`."""


def connected() -> psycopg.Connection:
    """The peers' database."""
    return psycopg.connect(host=os.environ["BENCH_SOCKET"], user="onevisit", dbname="bench_peer")


def serve(case: Callable[[], str]) -> None:
    """A line with a number on stdin does so many cases and is answered with a line of JSON, until stdin ends.

    `case` says what was wrong, or nothing.
    """
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        begun = time.perf_counter()
        wrong = [case() for _ in range(int(line))]
        seconds = time.perf_counter() - begun
        print(json.dumps({"seconds": seconds, "wrong": [one for one in wrong if one][:3]}), flush=True)
