"""Errands to a department's own system (推送办理): one step of a case is told to it once, and asked about until it has ended.

The row comes first, the call outside any transaction, then its end: killed in between, the same question goes out again, and the
other side knows it by case, step, attempt. What it tells by itself is a hint; only the signed answer to our own call counts.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM, Actor, Duty, Hidden, Refused, Target, require
from onevisit.city import queries as city
from onevisit.identity import peers, signing
from onevisit.identity.models import Peer
from onevisit.identity.personal import purpose
from onevisit.ledger import actions as ledger
from onevisit.ledger import queries as told
from onevisit.ledger.faults import fault
from onevisit.papers import inspection
from onevisit.sharing import reports
from onevisit.sharing.answers import Wrong
from onevisit.sharing.models import DepartmentSystem, Errand
from onevisit.sharing.reports import Expected, Report

CALLBACK_PATH = "/departments/callback"
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
AWAY = timedelta(hours=1)
"""So long a department's system may give no answer before somebody is alarmed."""
LARGEST_CALLBACK = 3_000_000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SystemView:
    """A department's system: its name for people, and by which peer it is reached."""

    name: str
    department: str
    peer: str


@dataclass(frozen=True)
class NewErrand:
    """A step of a case that the item's system is to do; `question` is what it is told besides case, step, attempt."""

    case: str
    step: str
    attempt: int
    does: str
    item: str
    division: str
    subject: str
    question: Mapping[str, Any]


@dataclass(frozen=True)
class ErrandView:
    """An errand without anything personal; `number` is the other system's own."""

    id: str
    case: str
    step: str
    attempt: int
    number: str
    system: SystemView
    opened_at: datetime
    is_over: bool


@dataclass(frozen=True)
class Heard:
    """What came of asking: a report if the errand has ended, else when to ask again. `again`: it spoke while we were asking."""

    report: Report | None = None
    pause: timedelta = FIRST_PAUSE
    again: bool = False


def system(item: str, division: str) -> SystemView:
    """The department's system for this item in this place, the nearest that is known; raises Hidden."""
    return _system(_system_of(item, division))


def of_step(case: str, step: str, attempt: int) -> ErrandView | None:
    """The errand of this step, if there is one."""
    row = _rows().filter(case=case, step=step, attempt=attempt).first()
    return _view(row) if row else None


def of_case(case: str) -> tuple[ErrandView, ...]:
    """The errands of a case, oldest first, for whoever may read the case."""
    return tuple(_view(row) for row in _rows().filter(case=case).order_by("pk"))


@transaction.atomic(durable=True)
def open_errand(actor: Actor, new: NewErrand) -> ErrandView:
    """The errand, written down before anything is sent; once for each case, step and attempt."""
    require(actor, Duty.SHARED_QUERY, Target(kind="case", id=new.case, owner=new.subject, item=new.item))
    known = of_step(new.case, new.step, new.attempt)
    if known:
        return known
    now = settings.CLOCK()
    row = Errand(
        owner_key=UUID(new.case), stream=ledger.open_stream("errand"), case=UUID(new.case), step=new.step, attempt=new.attempt,
        does=new.does, item=new.item, subject=UUID(new.subject), system=_system_of(new.item, new.division), opened_at=now,
    )  # fmt: skip
    own = {"case": new.case, "step": new.step, "attempt": new.attempt, "does": new.does, "item": new.item}
    row.question = {**own, **new.question, "notify_url": settings.BASE_URL + CALLBACK_PATH}
    row.save()
    _tell(row, "errand.opened", {"system": row.system.peer})
    return _view(row)


def ask(actor: Actor, errand_id: str, expected: Expected, timeout: float = peers.WHOLE) -> Heard:
    """What the department's system answers, kept with its signature once it is an end. Over HTTP: never in a transaction."""
    row = _row(errand_id)
    require(actor, Duty.SHARED_QUERY, Target(kind="case", id=str(row.case), owner=str(row.subject), item=row.item))
    expected = replace(expected, case=str(row.case), step=row.step, attempt=row.attempt, does=row.does, number=row.number)
    if row.state == Errand.State.ENDED:
        return Heard(_kept(row, expected))
    began = settings.REAL_CLOCK()
    try:
        answer, number = _call(row, timeout)
        fault("after_department_before_record")
        report = _believed(answer, replace(expected, number=number))
    except peers.PeerDown:
        return _nothing(row, began, "away" if settings.CLOCK() - row.opened_at > AWAY else "")
    except (peers.PeerWrong, Wrong) as why:
        return _nothing(row, began, f"answer-{why.code}")
    return _taken(row, began, report, answer)


def callback(headers: Mapping[str, str], body: bytes) -> ErrandView:
    """The errand of which its system says that something happened, if signed by it; else Refused, with an alarm."""
    said = _said(body)
    row = _named(said)
    try:
        key_id = signing.verify_request(headers, "POST", CALLBACK_PATH, body)
        if row is not None and not Peer.objects.filter(key_id=key_id, name=row.system.peer, active=True).exists():
            raise signing.BadSignature("unknown-key")
    except signing.BadSignature as why:
        _doubtful(row, f"callback-{why.code}")
        raise Refused("bad-callback", str(why)) from why
    if row is None:
        log.warning("callback for no errand of ours")
        raise Refused("no-errand", "没有推送过这个办件。")
    if row.number and said.get("number") != row.number:
        _doubtful(row, "callback-other-number")
        raise Refused("bad-callback", "通知里的编号与办件不符。")
    Errand.objects.filter(pk=row.pk).update(heard_at=settings.REAL_CLOCK())
    return _view(row)


@transaction.atomic
def doubt(errand_id: str, code: str) -> timedelta:
    """What was answered cannot be taken over: somebody hears of it, and the question is open again; when to ask next."""
    row = Errand.objects.select_for_update(of=("self",)).select_related("system", "stream").get(public_id=errand_id)
    _alarm(row, code)
    row.state, row.answer, row.signature, row.answered_at = Errand.State.OPEN, None, "", None
    row.asked += 1
    row.save()
    return _pause(row)


def _call(row: Errand, timeout: float) -> tuple[peers.PeerAnswer, str]:
    """The answer, and the number it must bear: about what is known there; what is not, or was forgotten, is told (again)."""
    path = row.system.path
    if row.number:
        answer = peers.call(row.system.peer, "GET", f"{path}/{row.number}/{row.step}/{row.attempt}", timeout=timeout)
        if answer.status != 404:
            return answer, row.number
        _doubtful(row, "unknown-there")
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.subject), case=str(row.case)):
        question = row.question.reveal()
    fault("after_errand_before_call")
    return peers.call(row.system.peer, "POST", path, json=question, timeout=timeout), ""


def _believed(answer: peers.PeerAnswer, expected: Expected) -> Report:
    """The report, if the answer is to be used, and the file in it may be kept; raises `Wrong`."""
    if answer.status != 200:
        raise Wrong(f"status-{answer.status}")
    report = reports.read(answer.json, expected)
    if report.licence and report.licence.file:
        try:
            found = inspection.inspect(report.licence.file)
        except Refused as why:
            raise Wrong(why.code) from why
        if found.kind != inspection.PDF:
            raise Wrong("bad-file")
    return report


@transaction.atomic
def _taken(asked: Errand, began: datetime, report: Report, answer: peers.PeerAnswer) -> Heard:
    """The answer is written down: the other system's number, and the end with its proof."""
    row = Errand.objects.select_for_update(of=("self",)).select_related("system", "stream").get(pk=asked.pk)
    if row.state == Errand.State.ENDED:
        return Heard(_kept(row, Expected(str(row.case), row.step, row.attempt, row.does)))
    row.number, row.asked = report.number, row.asked + 1
    if report.state == "received":
        row.save()
        return _later(row, began)
    row.state, row.answered_at = Errand.State.ENDED, settings.CLOCK()
    row.answer, row.signature = {"body": answer.bytes.decode()}, answer.headers.get("x-ov-signature", "")
    row.save()
    if report.happened > settings.CLOCK() + timedelta(minutes=5):
        _alarm(row, "time-ahead")
    _tell(row, "errand.answered", {"state": report.state, "number": report.number}, min(report.happened, settings.CLOCK()))
    return Heard(report)


@transaction.atomic
def _nothing(asked: Errand, began: datetime, code: str) -> Heard:
    """No usable answer: somebody hears of a lie, and of a system that is away for long; it is asked again, ever later."""
    row = Errand.objects.select_for_update(of=("self",)).select_related("system", "stream").get(pk=asked.pk)
    if code:
        _alarm(row, code)
    row.asked += 1
    row.save(update_fields=["asked"])
    return _later(row, began)


def _later(row: Errand, began: datetime) -> Heard:
    return Heard(pause=_pause(row), again=row.heard_at is not None and row.heard_at >= began)


def _pause(row: Errand) -> timedelta:
    """So long until it is asked again, each time longer."""
    doubled: int = 2 ** min(max(row.asked - 1, 0), 12)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def _kept(row: Errand, expected: Expected) -> Report:
    """The report that was kept."""
    assert row.answer is not None
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.subject), case=str(row.case)):
        body = row.answer.reveal()["body"]
    return reports.read(json.loads(body), expected)


@transaction.atomic
def _doubtful(row: Errand | None, code: str) -> None:
    if row is None:
        log.warning("callback refused", extra={"code": code})
    else:
        _alarm(row, code)


def _alarm(row: Errand, code: str) -> None:
    """Somebody has to look at the errand: an event, once for each code."""
    log.warning("errand alarm", extra={"errand": str(row.public_id), "code": code})
    events = told.events(row.stream.public_id)
    if not any(event.kind == "errand.alarm" and event.data.get("code") == code for event in events):
        _tell(row, "errand.alarm", {"code": code})


def _tell(row: Errand, kind: str, data: Mapping[str, Any], happened: datetime | None = None) -> None:
    whole = {"errand": str(row.public_id), "case": str(row.case), "step": row.step, **data}
    ledger.append(row.stream, SYSTEM, [ledger.Entry(kind, whole, happened)])


def _said(body: bytes) -> dict[str, Any]:
    """The callback's document, empty if it is none."""
    try:
        document = json.loads(body) if len(body) <= LARGEST_CALLBACK else None
    except (ValueError, RecursionError):
        document = None
    return document if isinstance(document, dict) else {}


def _named(said: Mapping[str, Any]) -> Errand | None:
    """The errand that a callback speaks of."""
    attempt = said.get("attempt")
    try:
        case = UUID(str(said.get("case")))
    except ValueError:
        return None
    if type(attempt) is not int or not 0 < attempt < 1000:
        return None
    found: Errand | None = _rows().filter(case=case, step=str(said.get("step")), attempt=attempt).first()
    return found


def _rows() -> Any:
    return Errand.objects.select_related("system", "stream")


def _row(errand_id: str) -> Errand:
    found: Errand = _rows().get(public_id=errand_id)
    return found


def _system_of(item: str, division: str) -> DepartmentSystem:
    """The system whose division is the nearest above; raises Hidden."""
    above = ["", *(one.code for one in city.path(division))]
    rows = sorted(DepartmentSystem.objects.filter(item=item, division__in=above), key=lambda row: above.index(row.division))
    if not rows:
        raise Hidden(f"system of {item}")
    return rows[-1]


def _system(row: DepartmentSystem) -> SystemView:
    return SystemView(row.name, row.department, row.peer)


def _view(row: Errand) -> ErrandView:
    return ErrandView(
        str(row.public_id), str(row.case), row.step, row.attempt, row.number, _system(row.system), row.opened_at,
        row.state == Errand.State.ENDED,
    )  # fmt: skip
