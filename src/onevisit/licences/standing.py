"""Whether a licence holds on a day (证照状态): 行政许可法 arts. 69, 70; the last day counts until 24:00 in Asia/Shanghai.

>>> standing("valid", None, date(2026, 3, 2), date(2027, 3, 1), on=date(2027, 3, 1))
'valid'
>>> standing("valid", None, date(2026, 3, 2), date(2027, 3, 1), on=date(2027, 3, 2))
'expired'
>>> standing("revoked", date(2026, 5, 1), date(2026, 3, 2), None, on=date(2026, 4, 30))
'valid'
"""

from collections.abc import Mapping
from datetime import date

WORDS: Mapping[str, str] = {
    "valid": "有效", "not_yet": "尚未生效", "expired": "已过有效期",
    "revoked": "已撤销", "cancelled": "已注销", "withdrawn": "已撤回", "superseded": "已换发新证",
}  # fmt: skip
ENDED = frozenset({"revoked", "cancelled", "withdrawn", "superseded"})


def standing(state: str, ended: date | None, valid_from: date, valid_to: date | None, *, on: date) -> str:
    """The state on that day, a key of `WORDS`: how it was ended, if it was by then; else whether the day lies in its term."""
    if state in ENDED and ended is not None and on >= ended:
        return state
    if on < valid_from:
        return "not_yet"
    return "expired" if valid_to is not None and on > valid_to else "valid"
