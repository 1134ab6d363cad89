"""The steps that the house does itself, one after the other, each claimed, done once, and ending as events.

Runs right after a commit within a time budget (that is approval in seconds, 秒批) and in the worker otherwise. A step reads,
calls outside without a transaction, then writes under the case's lock if its attempt is still the current one.
"""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM, Actor, Refused
from onevisit.cases import actions, claims, facts, prefill, queries, results
from onevisit.cases.claims import Claim
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import situations
from onevisit.core.definition import Fee, Standard, Step
from onevisit.core.money import to_cent, yuan
from onevisit.identity.personal import purpose
from onevisit.ledger import jobs
from onevisit.ledger.faults import fault
from onevisit.payments import actions as payments
from onevisit.payments.queries import BillView
from onevisit.rules import actions as rules
from onevisit.rules import queries as rulebook

BUDGET = 2.0
"""Seconds that a request may spend on following."""


def file(actor: Actor, case_id: str) -> queries.CaseView:
    """The case as it stands after filing and after each step that could be done at once."""
    actions.file(actor, case_id)
    fault("after_file")
    follow(case_id, BUDGET)
    return queries.case(actor, case_id)


def follow(case_id: str, budget: float = 60.0) -> None:
    """Every ready system step is done, until one must wait, people are needed, or the budget is spent."""
    deadline = time.monotonic() + budget
    while time.monotonic() < deadline:
        held = claims.claim(case_id, f"process {os.getpid()}")
        if held is None:
            break
        fault(f"before_{held.does}")
        delay = _do(held)
        fault(f"after_{held.does}")
        if delay is not None:
            _again(case_id, delay)
    _bills(case_id)
    _end(case_id)


def _do(held: Claim) -> timedelta | None:
    """The claimed step is done; None, or how long to wait before it is tried again.

    A refusal means that somebody else moved the case on, or that it can't go on now: it is looked at again, later.
    """
    try:
        return STEPS[held.does](held)
    except Refused:
        return claims.wait(held, "")


def _again(case_id: str, delay: timedelta) -> None:
    jobs.defer("onevisit.cases.jobs.follow", lock=f"case/{case_id}", at=settings.REAL_CLOCK() + delay, case_id=case_id)


def _accept(held: Claim) -> None:
    actions.accept(SYSTEM, held.case, held.step)


def _verify(held: Claim) -> timedelta | None:
    """Every source is asked; the step is done when all have answered (后台核验)."""
    fetched = prefill.fetch(SYSTEM, held.case)
    if fetched.waiting_for:
        return claims.wait(held, "、".join(fetched.waiting_for))
    _finish(held, {})
    return None


def _decide(held: Claim) -> None:
    """The rule is run on the facts: a grant is signed at once; all else goes to a person, with what is missing named."""
    row, standard = _opened(held)
    step = _step(standard, held.step)
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=held.case):
        data = row.data.reveal()
    told = facts.facts(data["answers"], data["values"], rulebook.schema(step.rule))
    run = rules.run(SYSTEM, case=held.case, rule=step.rule, facts=told, on=settings.CLOCK().date())
    fault("after_run_before_decision")
    if run.outcome == "grant":
        reasons = tuple({"row": r.row, "text": r.text, "basis": r.basis} for r in run.reasons)
        actions.decide(SYSTEM, held.case, actions.Ruling("grant", reasons, run.result, run.public_id), held.step)
        return
    missing = list(run.missing)
    actions.hand_over(
        SYSTEM, held.case, held.step, "department", {"run": run.public_id, "missing": missing, "proposal": run.outcome}
    )


def _issue(held: Claim) -> None:
    """The result is made: a number and a data row; the file follows by a job or at first download."""
    row, standard = _opened(held)
    licence = results.issue(row, standard, _step(standard, held.step))
    fault("after_licence_before_step")
    _finish(held, {"ref": licence})


def _deliver(held: Claim) -> None:
    """The result is in the licence library; the applicant is told by the news of this event."""
    _finish(held, {"outcome": "licence"} if not _step(_opened(held)[1], held.step).outcomes else {})


STEPS: Mapping[str, Callable[[Claim], timedelta | None]] = {
    "accept": _accept,
    "verify": _verify,
    "decide": _decide,
    "issue": _issue,
    "deliver": _deliver,
}


def _finish(held: Claim, data: Mapping[str, Any]) -> None:
    """The step's end, written only by whoever still holds the claim."""
    with transaction.atomic():
        actions.lock(queries.row(held.case))
        if claims.holds(held):
            actions.finish(SYSTEM, held.case, held.step, data)


def _opened(held: Claim) -> tuple[Case, Standard]:
    row = queries.row(held.case)
    return row, catalogue.standard(row.standard_id)


def _step(standard: Standard, step: str) -> Step:
    return next(one for one in standard.process if one.id == step)


def _bills(case_id: str) -> None:
    """A bill is open for each payment that is due; where there is nothing to pay, the step is left out (零税额)."""
    row = queries.row(case_id)
    standard = catalogue.standard(row.standard_id)
    for task in row.tasks.filter(does="pay", closed_at=None):
        amount, fee = due(row, standard, _step(standard, task.step))
        if amount == 0:
            with suppress(Refused):  # request and worker may come here at once: one of them leaves the step out
                actions.finish(SYSTEM, case_id, task.step, {"skipped": True, "reason": "应缴为零"})
            follow(case_id, BUDGET)
        else:
            payments.open_bill(SYSTEM, results.bill(row, fee, amount))


def due(row: Case, standard: Standard, step: Step) -> tuple[Any, Fee]:
    """What this payment comes to, in yuan, and the fee that it is for."""
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
        follow(bill.case)
