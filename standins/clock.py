"""The demo's day: partners live in the same shifted time as the house (`ONEVISIT_NOW`, `ONEVISIT_RATE`); waits stay real."""

import os
import time
from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
BEGAN = time.time()


def now() -> datetime:
    """The moment that this partner would write on its papers."""
    real = datetime.now(SHANGHAI)
    shifted = os.environ.get("ONEVISIT_NOW", "")
    if not shifted:
        return real
    since = os.environ.get("ONEVISIT_NOW_SINCE", "")
    began = datetime.fromisoformat(since) if since else datetime.fromtimestamp(BEGAN, SHANGHAI)
    anchor = datetime.fromisoformat(shifted)
    anchor = anchor.replace(tzinfo=anchor.tzinfo or SHANGHAI).astimezone(SHANGHAI)
    return anchor + (real - began) * float(os.environ.get("ONEVISIT_RATE", "1"))


def written() -> str:
    """The same as docs/partners.md wants times: RFC 3339 with zone."""
    return now().isoformat(timespec="seconds")
