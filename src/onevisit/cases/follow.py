"""The steps that the house does itself, one after the other, each claimed, done once, and ending as events.

Runs right after a commit within a time budget (that is approval in seconds, 秒批) and in the worker otherwise. A step reads,
calls outside without a transaction, then writes under the case's lock if its attempt is still the current one. While a step of
the house is open there is a job that will look at it again.
"""

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM, Actor, Refused
from onevisit.cases import actions, claims, facts, handing, lacking, prefill, pushed, queries, results, sources
from onevisit.cases.claims import Claim, ours
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import situations
from onevisit.core.definition import Fee, Standard, Step
from onevisit.core.money import to_cent, yuan
from onevisit.core.rework import unrolled
from onevisit.identity.personal import purpose
from onevisit.ledger import jobs
from onevisit.ledger.faults import fault
from onevisit.ledger.once import once
from onevisit.payments import actions as payments
from onevisit.payments.queries import BillView
from onevisit.rules import actions as rules
from onevisit.rules import queries as rulebook

BUDGET = 2.0
"""Seconds that a request may spend on following; for sources it waits less (`prefill.IN_REQUEST`)."""

log = logging.getLogger(__name__)


def file(actor: Actor, case_id: str, key: str = "") -> queries.CaseView:
    """The case after filing and after each step that could be done at once; the worker does the others.

    With the `key` of its form a request that comes again gets the same answer. Raises `InFlight` while the first still runs,
    `OtherBody` for a key that filed another case.
    """
    if key:
        once(actor.id, key, case_id.encode(), lambda: actions.file(actor, case_id).id)
    else:
        actions.file(actor, case_id)
    fault("after_file")
    return _went_on(actor, case_id)


def confirm(actor: Actor, case_id: str, step: str) -> queries.CaseView:
    """The case after somebody has done his own part of a step, and after each step of the house that could be done at once."""
    actions.confirm(actor, case_id, step)
    return _went_on(actor, case_id)


def correct(actor: Actor, case_id: str) -> queries.CaseView:
    """The case after its correction (补正) and after each step that could be done at once: what lacked is asked for again."""
    actions.correct(actor, case_id)
    return _went_on(actor, case_id)


def _went_on(actor: Actor, case_id: str) -> queries.CaseView:
    try:
        follow(case_id, BUDGET, prefill.IN_REQUEST)
    except Exception:  # what was done stands, whatever befalls a later step: the job of its event does that again
        log.exception("following in the request failed", extra={"case": case_id})
    return queries.case(actor, case_id)


def follow(case_id: str, budget: float = 60.0, patience: float = prefill.PATIENCE) -> None:
    """Every ready system step is done, until one must wait, people are needed, or the budget is spent."""
    deadline = time.monotonic() + budget
    while time.monotonic() < deadline:
        held = claims.claim(case_id, f"process {os.getpid()}")
        if held is not None:
            fault(f"before_{held.does}")
            _do(held, patience)
            fault(f"after_{held.does}")
        elif not _nothing_to_pay(case_id):
            break
    else:
        jobs.defer("onevisit.cases.jobs.follow", case_id=case_id)
    _end(case_id)
    for left in claims.pending(case_id):  # one job an attempt, however many come by
        key = f"follow/{case_id}/{left.step}/{left.attempt}"
        jobs.defer("onevisit.cases.jobs.follow", key=key, at=left.at, case_id=case_id)


def _do(held: Claim, patience: float) -> None:
    """The claimed step is done, or tried again later.

    A refusal means that somebody else moved the case on, or that it can't go on now. Anything else is a fault of ours: the
    claim is free again, and the job that met it is tried again and given to an owner in the end.
    """
    try:
        (pushed.push if pushed.is_theirs(held) else STEPS.get(held.does, _to_people))(held, patience)
    except Refused:
        claims.wait(held)
    except Exception:
        claims.release(held)
        raise


def _accept(held: Claim, _patience: float) -> None:
    with ours(held):
        actions.accept(SYSTEM, held.case, held.step)


def _verify(held: Claim, patience: float) -> None:
    """Every source is asked; the step is done when all have answered and none lacks what the case needs (后台核验).

    A source that is down is waited for. What lacks before acceptance is told to the applicant at once, all of it; if it still
    lacks after his correction, it is for people to see. After acceptance nothing is asked any more: whoever decides sees what
    lacks.
    """
    fetched = prefill.fetch(SYSTEM, held.case, patience)
    if fetched.waiting:
        _wait(held, fetched)
        return
    if not (fetched.empty or fetched.licences):
        _finish(held, {})
        return
    row, standard = _opened(held)
    told, handed = _contents(row)
    found = lacking.Found(handed, fetched.empty, fetched.licences)
    lacks = lacking.lacking(standard, told["answers"], found) if row.stage == "received" else ()
    if not lacks:
        licences = lacking.relied_on(standard, told["answers"], found)
        _finish(held, {"licences": list(licences)} if licences else {})
    elif actions.state_of(row).notices:
        _hand_over(held, {"missing": [one.cited.id for one in lacks]})
    else:
        _tell(held, [actions.Fault(*one) for one in lacking.told(lacks)])


def _wait(held: Claim, fetched: prefill.Fetched) -> None:
    """The sources that are down are waited for; where a paper has come in the stead of each, people look at the papers."""
    row, standard = _opened(held)
    papers = sources.stand_ins(row, standard, _contents(row)[1])
    if fetched.waiting.keys() <= papers.keys():
        _hand_over(held, {"missing": [papers[one] for one in fetched.waiting]})
    else:
        claims.wait(held, "、".join(fetched.waiting_for))


def _contents(row: Case) -> tuple[Mapping[str, Any], frozenset[str]]:
    """What the case holds, and the materials that were handed in."""
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
        data = row.data.reveal()
    return data, frozenset({*row.attachments.filter(removed_at=None).values_list("material", flat=True), *data.get("handed", {})})


def _tell(held: Claim, faults: Sequence[actions.Fault]) -> None:
    """The one-time notice is served by the house, in time; too late for it, the case goes on as it is (视为受理)."""
    try:
        with ours(held):
            actions.notify(SYSTEM, held.case, faults)
        claims.release(held)
    except Refused as why:
        if why.code != "late-notice":
            raise
        _finish(held, {})


def _decide(held: Claim, _patience: float) -> None:
    """The rule is run on the facts: a grant is signed at once; all else goes to a person, with what is missing named."""
    row, standard = _opened(held)
    step = _step(standard, held.step)
    if not step.rule:
        _to_people(held, _patience)
        return
    data, _ = _contents(row)
    ended = lacking.lapsed(row, standard)
    if ended:
        _hand_over(held, {"missing": list(ended), "proposal": "human"})
        return
    today = settings.CLOCK().date()
    known = facts.current(standard, data["answers"], data["values"], today)
    told = {**facts.facts(data["answers"], known, rulebook.schema(step.rule)), **facts.house(row, standard)}
    run = rules.run(SYSTEM, case=held.case, rule=step.rule, facts=told, on=today)
    fault("after_run_before_decision")
    if run.outcome == "grant":
        reasons = tuple({"row": r.row, "text": r.text, "basis": r.basis} for r in run.reasons)
        with ours(held):
            actions.decide(SYSTEM, held.case, actions.Ruling("grant", reasons, run.result, run.public_id), held.step)
        return
    _hand_over(held, {"run": run.public_id, "missing": list(run.missing), "proposal": run.outcome})


def _issue(held: Claim, _patience: float) -> None:
    """The result is made: a number and a data row; the file follows by a job or at first download."""
    row, standard = _opened(held)
    licence = results.issue(row, standard, _step(standard, held.step))
    fault("after_licence_before_step")
    _finish(held, {"ref": licence})


def _to_people(held: Claim, _patience: float) -> None:
    """A step that only people can do."""
    _hand_over(held, {})


STEPS: Mapping[str, Callable[[Claim, float], None]] = {
    "accept": _accept,
    "verify": _verify,
    "decide": _decide,
    "issue": _issue,
    "deliver": handing.deliver,
}


def _finish(held: Claim, data: Mapping[str, Any]) -> None:
    """The step's end, written only by whoever still holds the claim."""
    with ours(held):
        actions.finish(SYSTEM, held.case, held.step, data)


def _hand_over(held: Claim, why: Mapping[str, Any]) -> None:
    with ours(held):
        actions.hand_over(SYSTEM, held.case, held.step, "department", why)


def _opened(held: Claim) -> tuple[Case, Standard]:
    row = queries.row(held.case)
    return row, catalogue.standard(row.standard_id)


def _step(standard: Standard, step: str) -> Step:
    return next(one for one in unrolled(standard.process) if one.id == step)


def _nothing_to_pay(case_id: str) -> bool:
    """A bill is open for each payment that is due; whether one was left out, since there is nothing to pay (零税额)."""
    row = queries.row(case_id)
    left_out = False
    for task in row.tasks.filter(does="pay", closed_at=None):
        standard = catalogue.standard(row.standard_id)
        amount, fee = due(row, standard, _step(standard, task.step))
        if amount == 0:
            left_out = True
            with suppress(Refused):  # request and worker may come here at once: one of them leaves the step out
                actions.finish(SYSTEM, case_id, task.step, {"skipped": True, "reason": "应缴为零"})
        else:
            payments.open_bill(SYSTEM, results.bill(row, task, fee, amount))
    return left_out


def due(row: Case, standard: Standard, step: Step) -> tuple[Decimal, Fee]:
    """What this payment comes to, in yuan, and the fee that it is for."""
    answers: Mapping[str, str] = {}
    if any(fee.when for fee in standard.fees):
        with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
            answers = row.data.reveal()["answers"]
    fee = next(f for f in standard.fees if situations.holds(f.when, answers))
    amount = step.amount or fee.amount
    if amount.startswith("rule:"):
        decision = row.decisions.get(superseded=False)
        amount = decision.result[amount.rpartition(".")[2]]
    return to_cent(yuan(amount)), fee


def _end(case_id: str) -> None:
    """The case is concluded when it was decided and no step is left."""
    row = queries.row(case_id)
    if row.stage == "decided" and actions.state_of(row).finished():
        with suppress(Refused):  # the other of two who came here at once has concluded it
            actions.conclude(SYSTEM, case_id)


def pay(bill: BillView) -> None:
    """The payment step that the bill was for is done, and what follows it. Money for an ended case is refunded by people."""
    row = queries.row(bill.case)
    task = row.tasks.filter(does="pay", closed_at=None).first()
    if task is not None:
        with suppress(Refused):  # told twice at once
            actions.finish(SYSTEM, bill.case, task.step, {"ref": bill.id})
    fault("after_pay_before_follow")
    follow(bill.case)
