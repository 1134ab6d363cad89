"""Days and moments on the command line: hall time (Asia/Shanghai) where no zone is given; `ONEVISIT_NOW` shifts the clock."""

import os
import re
from argparse import ArgumentTypeError
from datetime import date, datetime, time

from onevisit import settings
from onevisit.channels.cli.answer import Unreadable

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(DAY.pattern + r"[T ].+")
YEARS = range(1990, 2100)
"""Years for which the statutory days off can be told."""


def day(text: str) -> date:
    """The day written as 2026-03-02."""
    try:
        if not DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as why:
        raise ArgumentTypeError(f"“{text}”不是日期，请写成2026-03-02。") from why


def clock_day(text: str) -> date:
    """A day that the calendar of working days can speak of."""
    found = day(text)
    if found.year not in YEARS:
        raise ArgumentTypeError(f"“{text}”太早或太晚，只能是{YEARS[0]}至{YEARS[-1]}年的日期。")
    return found


def moment(text: str) -> datetime | date:
    """The moment written as 2026-03-02T10:00 or with a zone, in hall time; a date alone stays one."""
    if DAY.fullmatch(text):
        return clock_day(text)
    try:
        if not MOMENT.fullmatch(text):
            raise ValueError(text)
        found = datetime.fromisoformat(text)
        local = found.replace(tzinfo=found.tzinfo or settings.ZONE).astimezone(settings.ZONE)
    except (ValueError, OverflowError) as why:
        raise ArgumentTypeError(f"“{text}”不是时间，请写成2026-03-02T10:00或2026-03-02。") from why
    clock_day(local.date().isoformat())
    return local


def at(given: datetime | date, hour: time) -> datetime:
    """The moment given, a mere date at this hour."""
    return given if isinstance(given, datetime) else datetime.combine(given, hour, settings.ZONE)


def now() -> datetime:
    """The time that counts: the house's clock, or `ONEVISIT_NOW` outside of a demo too."""
    given = os.environ.get("ONEVISIT_NOW", "")
    if settings.NOW or not given:
        return settings.CLOCK()
    try:
        return at(moment(given), time())
    except ArgumentTypeError as why:
        raise Unreadable(str(why), key="ONEVISIT_NOW") from why
