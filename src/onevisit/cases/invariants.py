"""What must hold of cases in any living database: decisions and their results, the fold, the table of stages, clocks, bills."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import groupby

from django.conf import settings

from onevisit.cases import clocks
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.city import queries as city
from onevisit.core import stages
from onevisit.core.state import Event, State, from_json, to_json
from onevisit.ledger.invariants import Invariant, offending
from onevisit.ledger.models import Event as Written

YOUNG = timedelta(minutes=10)
"""How long a job may take to make what a decision promises."""
MOMENTS = {"accepted": "accepted_at", "decided": "decided_at", "concluded": "concluded_at"}

LICENCE_WITHOUT_GRANT = """
SELECT l.public_id FROM licences_licence l
WHERE NOT EXISTS (SELECT 1 FROM cases_decision d JOIN cases_case c ON c.id = d.case_id
                  WHERE d.public_id = l.decision AND d.outcome = 'grant' AND c.public_id = l.case)
"""
GRANT_WITHOUT_LICENCE = """
SELECT c.public_id FROM cases_case c JOIN catalogue_standard s ON s.id = c.standard_id
WHERE c.stage = 'concluded' AND c.outcome = 'grant' AND c.concluded_at < %s
  AND (SELECT count(*) FROM licences_licence l WHERE l.case = c.public_id)
   <> (SELECT count(*) FROM jsonb_array_elements(s.definition::jsonb->'process') p
       WHERE p->>'does' = 'issue' AND c.state->'marks'->(p->>'id')->>'status' = 'done')
"""
TWO_DECISIONS = """
SELECT case_id FROM cases_decision WHERE NOT superseded GROUP BY case_id HAVING count(*) > 1
UNION ALL SELECT id FROM cases_case c WHERE c.stage IN ('decided', 'concluded')
  AND NOT EXISTS (SELECT 1 FROM cases_decision d WHERE d.case_id = c.id AND NOT d.superseded AND d.outcome = c.outcome)
"""
NOT_OVER = """
SELECT c.public_id FROM cases_case c WHERE c.stage IN ('concluded', 'withdrawn', 'turned_away', 'lapsed') AND (
  EXISTS (SELECT 1 FROM cases_task t WHERE t.case_id = c.id AND t.closed_at IS NULL)
  OR (c.stage = 'concluded' AND EXISTS (SELECT 1 FROM payments_bill b WHERE b.case = c.public_id AND b.state = 'open'))
  OR (c.stage <> 'concluded' AND c.updated_at < %s
      AND EXISTS (SELECT 1 FROM payments_bill b WHERE b.case = c.public_id AND b.state = 'open')))
"""
BILL_OFF = """
SELECT b.public_id FROM payments_bill b JOIN cases_case c ON c.public_id = b.case
JOIN cases_decision d ON d.case_id = c.id AND NOT d.superseded
JOIN catalogue_standard s ON s.id = c.standard_id
WHERE b.basis = '[]'::jsonb OR NOT EXISTS (
  SELECT 1 FROM jsonb_array_elements(s.definition::jsonb->'fees') f
  WHERE CASE WHEN f->>'amount' LIKE 'rule:%%' THEN (d.result->>split_part(f->>'amount', '.', 2))::numeric
             ELSE (f->>'amount')::numeric END = b.amount)
"""


def folds() -> Iterator[tuple[Case, list[Event]]]:
    """Every case with its events, in order."""
    written = Written.objects.filter(stream__kind="case").order_by("stream_id", "seq").iterator(chunk_size=2000)
    by_stream = groupby(written, key=lambda event: event.stream_id)
    cases = {case.stream_id: case for case in Case.objects.all()}
    for stream, events in by_stream:
        known = [Event(one.kind, one.happened.astimezone(settings.ZONE), one.data) for one in events]
        if stream in cases:
            yield cases[stream], known


def unfolded() -> Iterator[str]:
    """Cases whose row is not the fold of their events."""
    for case, events in folds():
        state = stages.fold([one for one in events if one.kind in stages.KINDS])
        moments = all(bool(getattr(state, name)) == (getattr(case, column) is not None) for name, column in MOMENTS.items())
        if _same(state, from_json(case.state)) and state.stage == case.stage and state.outcome == case.outcome and moments:
            continue
        yield str(case.public_id)
    yield from (str(one.public_id) for one in Case.objects.filter(stream__sequence=0).exclude(stage="draft"))


def _same(folded: State, kept: State) -> bool:
    """Equal but for how a moment is written."""
    return _plain(folded) == _plain(kept)


def _plain(state: State) -> object:
    value = to_json(state)
    value.update(decided=bool(state.decided), concluded=bool(state.concluded))
    value["marks"] = {step: {**mark, "at": bool(mark["at"])} for step, mark in value["marks"].items()}
    value["pauses"] = [(pause["reason"], tuple(pause["clocks"]), bool(pause["end"])) for pause in value["pauses"]]
    return value


def outside_the_table() -> Iterator[str]:
    """Cases with an event that the table of stages does not list where it stands."""
    acts = {f"case.{past}": act for act, past in stages.PAST.items()}
    for case, events in folds():
        state = State()
        for event in events:
            act = acts.get(event.kind)
            if act and (state.stage, act) not in stages.TABLE:
                yield str(case.public_id)
                break
            if event.kind in stages.KINDS:
                state = stages.fold([event], state)


def wrong_clocks() -> Iterator[str]:
    """Accepted cases whose due moments do not recompute, or with two open pauses, or one that ends before it begins."""
    calendar = city.calendar()
    for case in Case.objects.exclude(accepted_at=None).iterator(chunk_size=500):
        state = from_json(case.state)
        ends = [pause for pause in state.pauses if pause.end and pause.end < pause.start]
        if ends or sum(not pause.end for pause in state.pauses) > 1:
            yield str(case.public_id)
            continue
        due = [clocks.when_due(limit, state, calendar) for limit in catalogue.standard(case.standard_id).limits]
        if due and not any(one.promised == case.due_at and one.legal == case.legal_due_at for one in due):
            yield str(case.public_id)


def _before(sql: str) -> Callable[[], Iterator[str]]:
    return lambda: offending(sql, settings.CLOCK() - YOUNG)


INVARIANTS = (
    Invariant(1, "cases", "每张证照都有同一办件的准予决定", True, partial(offending, LICENCE_WITHOUT_GRANT)),
    Invariant(2, "cases", "每个有结果的准予都恰好出了证照", True, _before(GRANT_WITHOUT_LICENCE)),
    Invariant(3, "cases", "一个办件只有一个有效的决定", True, partial(offending, TWO_DECISIONS)),
    Invariant(6, "cases", "办件的行等于其事件的折叠", False, unfolded),
    Invariant(9, "core", "没有阶段表以外的变动", True, outside_the_table),
    Invariant(10, "cases", "办结的办件没有未了的环节和账单", False, _before(NOT_OVER)),
    Invariant(11, "cases", "到期时刻能按日历重算，中止有始有终", False, wrong_clocks),
    Invariant(15, "cases", "账单等于决定的金额，并有依据", False, partial(offending, BILL_OFF)),
)
