"""`onevisit clock`: when a case is received, accepted and due, with suspensions and extensions. CLI.md section 1."""

import argparse
import csv
import io
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal

from onevisit import settings
from onevisit.channels.cli.answer import Answer, Unreadable, read_text
from onevisit.channels.cli.moments import at, clock_day, moment, now
from onevisit.core.workdays import (
    HOURS,
    Calendar,
    CalendarDay,
    ClockAnswer,
    DueDate,
    Extension,
    Hours,
    Limit,
    Question,
    Span,
    clock,
)

SHIPPED = "cn_holidays_2024_2026.csv"
MOST_DAYS = 3650
STARTS: tuple[Literal["accepted", "handed_in", "received"], ...] = ("accepted", "handed_in", "received")
WHY = {"weekend": "周末", "holiday": "节假日", "suspended": "中止"}
KINDS: dict[str, Literal["holiday", "workday"]] = {"holiday": "holiday", "workday": "workday"}
UNITS = {"working_day": "个工作日", "calendar_day": "日"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    start = parser.add_mutually_exclusive_group(required=True)
    start.add_argument("--accepted", type=moment, metavar="T", help="受理的时间")
    start.add_argument("--handed-in", type=moment, metavar="T", help="递交的时间；下班后递交的，算下一个工作日")
    start.add_argument("--received", type=moment, metavar="T", help="收件的时间；逾期未一次告知的，视为已受理")
    parser.add_argument("--days", type=_days, required=True, metavar="N", help="期限的天数")
    parser.add_argument("--unit", choices=list(UNITS), default="working_day", help="工作日（默认）或自然日")
    parser.add_argument("--suspend", type=_span, action="append", default=[], metavar="A..B", help="中止的起止日期，两头都不计")
    parser.add_argument("--extend", type=_positive, action="append", default=[], metavar="N", help="延长的天数，与 --on 成对")
    parser.add_argument("--on", type=moment, action="append", default=[], metavar="D", help="批准延长的时间")
    parser.add_argument("--notice-days", type=_days, default=5, metavar="N", help="一次告知的工作日数，0为当场")
    parser.add_argument("--noticed", type=moment, metavar="T", help="一次告知的时间")
    parser.add_argument("--now", type=moment, metavar="T", help="按哪个时间看，默认现在")
    parser.add_argument("--hours", type=_hours, default=HOURS, metavar="09:00-17:00", help="上下班时间")
    parser.add_argument("--calendar", metavar="FILE", help="节假日表（date,kind）；它有的年份以它为准")
    parser.set_defaults(parser=parser)


def run(args: argparse.Namespace) -> Answer:
    """Exit 1 if a notice or an extension is refused."""
    question = _question(args)
    answer = clock(_calendar(args.calendar), question)
    return Answer(_document(answer), _text(answer, question.limit), int(answer.refused is not None))


def _question(args: argparse.Namespace) -> Question:
    opens, closes = args.hours
    if len(args.extend) != len(args.on):
        args.parser.error("--extend 和 --on 要成对给出。")
    start = next(name for name in STARTS if getattr(args, name) is not None)
    given = at(getattr(args, start), opens)
    noticed = _noticed(args, given)
    return Question(
        start=start,
        moment=given,
        limit=Limit(args.days, args.unit),
        now=at(args.now, closes) if args.now else now(),
        suspensions=tuple(args.suspend),
        extensions=tuple(Extension(days, at(on, closes)) for days, on in zip(args.extend, args.on, strict=True)),
        notice_days=args.notice_days,
        noticed=noticed,
        hours=args.hours,
    )


def _noticed(args: argparse.Namespace, received: datetime) -> datetime | None:
    """The moment of the notice; a mere date means some moment of that day that is good enough."""
    if args.noticed is None:
        return None
    if args.received is None:
        args.parser.error("--noticed 只能和 --received 一起用。")
    noticed = at(args.noticed, args.hours[1])
    if not isinstance(args.noticed, datetime) and args.noticed == received.date():
        return received
    if noticed < received:
        args.parser.error("--noticed 不能早于 --received。")
    return noticed


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > MOST_DAYS:
        raise argparse.ArgumentTypeError(f"“{text}”不是天数，请写0至{MOST_DAYS}的整数。")
    return int(text)


def _positive(text: str) -> int:
    days = _days(text)
    if days == 0:
        raise argparse.ArgumentTypeError("延长的天数至少是1。")
    return days


def _span(text: str) -> Span:
    first, dots, last = text.partition("..")
    if not dots:
        raise argparse.ArgumentTypeError(f"“{text}”不是一段日期，请写成2026-03-02..2026-03-06。")
    span = clock_day(first), clock_day(last)
    if span[0] > span[1]:
        raise argparse.ArgumentTypeError(f"“{text}”的止日早于起日。")
    return span


def _hours(text: str) -> Hours:
    first, _, last = text.partition("-")
    try:
        hours = time.fromisoformat(first), time.fromisoformat(last)
        if hours[0] >= hours[1] or hours[0].tzinfo or hours[1].tzinfo:
            raise ValueError(text)
    except (ValueError, TypeError) as why:
        raise argparse.ArgumentTypeError(f"“{text}”不是上下班时间，请写成09:00-17:00。") from why
    return hours


def _calendar(file: str | None) -> Calendar:
    """The shipped calendar; in the years that the file speaks of, the file alone."""
    own = _rows(file) if file else []
    years = {row.day.year for row in own}
    return Calendar.from_rows([*own, *(row for row in _rows(settings.DATA / SHIPPED) if row.day.year not in years)])


def _rows(path: str | Path) -> list[CalendarDay]:
    reader = csv.DictReader(io.StringIO(read_text(path)))
    missing = {"date", "kind"} - set(reader.fieldnames or ())
    if missing:
        raise Unreadable("表头里没有这一列，请写成 date,kind。", file=path, line=1, key=min(missing))
    rows: dict[date, CalendarDay] = {}
    for row in reader:
        try:
            day = clock_day((row["date"] or "").strip())
        except argparse.ArgumentTypeError as why:
            raise Unreadable(str(why), file=path, line=reader.line_num, key="date") from why
        kind = KINDS.get((row["kind"] or "").strip())
        if kind is None:
            raise Unreadable(
                f"“{row['kind'] or ''}”不对，只能是 holiday 或 workday。", file=path, line=reader.line_num, key="kind"
            )
        if day in rows and rows[day].kind != kind:
            raise Unreadable(f"{day}前后写得不一样。", file=path, line=reader.line_num, key="kind")
        rows[day] = CalendarDay(day, kind)
    return list(rows.values())


def _document(answer: ClockAnswer) -> dict[str, object]:
    ends = answer.due
    return {
        "received": _written(answer.received),
        "accepted": _written(answer.accepted),
        "due": _written(ends.due if ends else None),
        "deemed": answer.deemed,
        "provisional": bool(ends and ends.provisional),
        "counted": [day.isoformat() for day in ends.counted] if ends else [],
        "not_counted": [{"date": one.day.isoformat(), "why": one.why} for one in ends.not_counted] if ends else [],
        "refused": {"code": answer.refused.code, "message": answer.refused.message} if answer.refused else None,
        "notice": {"due": _written(answer.notice.due), "provisional": answer.notice.provisional} if answer.notice else None,
    }


def _written(given: datetime | None) -> str | None:
    return given.isoformat(timespec="seconds") if given else None


def _text(answer: ClockAnswer, limit: Limit) -> str:
    lines = [f"收件：{answer.received:%Y-%m-%d %H:%M}"] if answer.received else []
    if answer.notice:
        lines.append(f"一次告知最迟：{answer.notice.due:%Y-%m-%d %H:%M}{_doubt(answer.notice)}")
    if answer.accepted and answer.due:
        lines.append(f"{'视为受理' if answer.deemed else '受理'}：{answer.accepted:%Y-%m-%d %H:%M}")
        counted = len(answer.due.counted)
        lines.append(f"到期：{answer.due.due:%Y-%m-%d %H:%M}（{counted}{UNITS[limit.unit]}）{_doubt(answer.due)}")
        lines += [f"  不计 {one.day}（{WHY[one.why]}）" for one in answer.due.not_counted]
    else:
        lines.append("尚未受理")
    if answer.refused:
        lines.append(f"不予认可：{answer.refused.message}{answer.refused.way_out}")
    return "\n".join(lines)


def _doubt(ends: DueDate) -> str:
    return "，放假通知未公布，日期暂定" if ends.provisional else ""
