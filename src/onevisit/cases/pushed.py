"""What a department's own system decides and makes (`handled_in: pushed`): the accepted case goes there, its answer comes back.

Its number, its reasons, its file; no clerk types anything a second time. What it did carries its own time (`happened`) beside the
moment at which it came here (`entered`). While it does not answer, the case waits and says for whom; nothing is lost.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM, Actor, Grant, Refused
from onevisit.cases import actions, claims, facts, offices, queries, results
from onevisit.cases.claims import Claim, ours
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import rework, values
from onevisit.core.definition import Standard, Step
from onevisit.identity import queries as identity
from onevisit.identity.personal import purpose
from onevisit.ledger import jobs
from onevisit.ledger.faults import fault
from onevisit.licences import queries as library
from onevisit.licences.actions import Foreign
from onevisit.payments import queries as bills
from onevisit.sharing import errands, reports
from onevisit.sharing import queries as sharing
from onevisit.sharing.errands import ErrandView, NewErrand, SystemView
from onevisit.sharing.reports import Expected, Report

THEIR_NUMBER = "department_number"
"""Under which name a decision's result holds the number that the case has in the department's system."""
NOBODY = ("accept", "submit", "pay", "deliver")
"""What is never the department's to do."""


def is_theirs(held: Claim) -> bool:
    """Whether the claimed step is the department's own system's."""
    if held.does in NOBODY:
        return False
    standard = catalogue.standard(held.standard)
    return offices.is_pushed(standard, _step(standard, held.step))


def push(held: Claim, patience: float) -> None:
    """The department's system is told of the step, or asked about it; what it has decided or made is taken over."""
    row, standard = queries.row(held.case), catalogue.standard(held.standard)
    step = _step(standard, held.step)
    name, _, attempt = held.step.partition("~")
    errand = errands.of_step(held.case, name, int(attempt or 1))
    if errand is None:
        new = NewErrand(
            case=held.case, step=name, attempt=int(attempt or 1), does=step.does, item=row.item_key, division=row.division,
            subject=str(row.applicant), question=_question(row, standard),
        )  # fmt: skip
        errand = errands.open_errand(SYSTEM, new)
    heard = errands.ask(SYSTEM, errand.id, _expected(row, standard, step), patience)
    if heard.report is not None:
        fault("after_report_before_step")
        try:
            _taken_over(held, errand.system, heard.report)
        except claims.Lost:
            raise
        except Refused as why:
            claims.wait(held, errand.system.name, errands.doubt(errand.id, f"refused-{why.code}"))
    elif heard.again:
        claims.release(held)
    else:
        claims.wait(held, errand.system.name, heard.pause)


def callback(headers: Mapping[str, str], body: bytes) -> None:
    """A department's signed word that something happened: the case is looked after at once, by our own question. Else Refused."""
    errand = errands.callback(headers, body)
    with transaction.atomic():
        claims.hasten(errand.case, f"{errand.step}~{errand.attempt}" if errand.attempt > 1 else errand.step)
        jobs.defer("onevisit.cases.jobs.follow", case_id=errand.case)


def _taken_over(held: Claim, system: SystemView, report: Report) -> None:
    row = queries.row(held.case)
    actor = Actor(
        f"peer:{system.peer}", "client", name=system.name, via="push",
        grants=(Grant("client", row.department, row.division, frozenset({row.item_key})),),
    )  # fmt: skip
    at = _believable(row, held, report.happened)
    ENDS[report.state](held, actor, report, at)


def _decided(held: Claim, actor: Actor, report: Report, at: datetime) -> None:
    """The decision is the department's, for or against the applicant, with its reasons."""
    result = {**report.result, THEIR_NUMBER: report.number}
    with ours(held):
        actions.decide(actor, held.case, actions.Ruling(report.outcome, report.reasons, result), held.step, at)


def _issued(held: Claim, actor: Actor, report: Report, at: datetime) -> None:
    """The licence is the department's: its number, term and file."""
    row, standard = queries.row(held.case), catalogue.standard(held.standard)
    paper = report.licence
    assert paper is not None
    foreign = Foreign(paper.number, at, paper.valid_from, paper.valid_to, paper.file)
    licence = results.issue(row, standard, _step(standard, held.step), foreign)
    fault("after_licence_before_step")
    with ours(held):
        actions.report(actor, held.case, held.step, {"ref": licence}, at)


def _done(held: Claim, actor: Actor, report: Report, at: datetime) -> None:
    data = {"outcome": report.outcome} if report.outcome else {}
    with ours(held):
        actions.report(actor, held.case, held.step, data, at)


ENDS: Mapping[str, Callable[[Claim, Actor, Report, datetime], None]] = {
    "granted": _decided,
    "refused": _decided,
    "issued": _issued,
    "done": _done,
}


def _believable(row: Case, held: Claim, happened: datetime) -> datetime:
    """The department's moment, neither before the step began nor in the time to come."""
    opened = row.tasks.get(step=held.step).opened_at
    return min(max(happened, opened), settings.CLOCK()).astimezone(settings.ZONE)


def _expected(row: Case, standard: Standard, step: Step) -> Expected:
    """What the answer must agree with: the outcomes of the step, and the licence that the decision spoke of."""
    decision = row.decisions.filter(superseded=False).first()
    told = decision.result if decision and step.does == "issue" else {}
    term = {name: told[name] for name in reports.TERM if told.get(name)}
    return Expected("", step.id, 1, step.does, outcomes=rework.outcomes(step) if step.does not in reports.ENDS else (), term=term)


def _question(row: Case, standard: Standard) -> dict[str, Any]:
    """What the department is told: the applicant, what the form says, where each material is, what was paid."""
    case = str(row.public_id)
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=case):
        data = row.data.reveal()
        who = identity.applicant_for_sharing(str(row.applicant))
    known = facts.current(standard, data["answers"], data["values"], settings.CLOCK().date())
    paid = sum(bill.amount for bill in bills.bills_of_case(case) if bill.state == "paid")
    return {
        "number": row.number,
        "applicant": {"kind": who.number_kind, "number": who.number, "name": who.name},
        "answers": dict(data["answers"]),
        "data": {name: value["value"] for name, value in known.items()},
        "materials": _materials(row, standard, data["answers"]),
        "paid": f"{paid:.2f}",
        "received": row.received_at.astimezone(settings.ZONE).isoformat(timespec="seconds") if row.received_at else "",
    }


def _materials(row: Case, standard: Standard, answers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each material of this situation by its name, source, and what it is known by: digests, an inquiry, a licence's number."""
    case = str(row.public_id)
    asked = {one.resource: one.id for one in reversed(sharing.of_case(SYSTEM, case)) if one.state == "answered"}
    files = row.attachments.filter(removed_at=None).select_related("file").defer("file__content").order_by("pk")
    handed: dict[str, list[str]] = {}
    for one in files:
        handed.setdefault(one.material, []).append(one.file.digest)
    found = []
    for material in values.materials(standard, answers):
        kind, _, name = material.source.partition(":")
        own = library.to_replace(str(row.applicant), name) if kind == "licence" else None
        known = {"shared": [asked[name]] if name in asked else [], "licence": [own.number] if own else []}
        found.append(
            {
                "material": material.id,
                "name": material.name,
                "source": material.source,
                "references": known.get(kind, handed.get(material.id, [])),
            }
        )
    return found


def of_case(actor: Actor, case_id: str) -> tuple[ErrandView, ...]:
    """What was told to the department's system for this case, for whoever may read the case."""
    queries.case(actor, case_id)
    return errands.of_case(case_id)


def _step(standard: Standard, step: str) -> Step:
    found = next((one for one in rework.unrolled(standard.process) if one.id == step), None)
    if found is None:
        raise Refused("unknown-step", f"这个办件没有“{step}”这个环节。", "请刷新页面再看。")
    return found
