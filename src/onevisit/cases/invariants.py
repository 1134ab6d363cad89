"""What must hold of cases in any living database: decisions and their results, the fold, the table of stages, clocks, bills."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from django.conf import settings
from django.db.models import Q

from onevisit.cases import clocks
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.city import queries as city
from onevisit.core import stages
from onevisit.core.state import Event, State, from_json
from onevisit.ledger.invariants import Invariant, offending
from onevisit.ledger.models import Event as Written

YOUNG = timedelta(minutes=10)
"""How long a job may take to make what a decision promises."""
ACTS = {f"case.{past}": act for act, past in stages.PAST.items()}
FROM_READY = frozenset({"step.started", "step.finished", "step.returned"})

LICENCE_WITHOUT_GRANT = """
SELECT l.public_id FROM licences_licence l
WHERE l.case IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cases_decision d JOIN cases_case c ON c.id = d.case_id
                  WHERE d.public_id = l.decision AND d.outcome = 'grant' AND c.public_id = l.case)
"""
RESULT_MISSING = """
SELECT c.public_id || ' ' || t.step || ' made nothing' FROM cases_case c JOIN cases_task t ON t.case_id = c.id
WHERE t.does = 'issue' AND t.hands = 'system' AND c.state->'marks'->t.step->>'status' = 'done' AND NOT EXISTS (
  SELECT 1 FROM licences_licence l WHERE l.case = c.public_id AND l.public_id::text = c.state->'marks'->t.step->>'ref')
"""
RESULT_TWICE = """
SELECT l.public_id || ' belongs to no step' FROM licences_licence l JOIN cases_case c ON c.public_id = l.case
WHERE l.replaces_id IS NULL AND NOT EXISTS (
  SELECT 1 FROM cases_task t WHERE t.case_id = c.id AND t.does = 'issue'
    AND (t.closed_at IS NULL OR c.state->'marks'->t.step->>'ref' = l.public_id::text))
"""
RESULT_LATE = """
SELECT c.public_id || ' ' || t.step || ' is late' FROM cases_case c JOIN cases_task t ON t.case_id = c.id
WHERE t.does = 'issue' AND t.hands = 'system' AND t.closed_at IS NULL AND t.opened_at < %s AND t.waiting_for = ''
"""
THEIRS_OFF = """
SELECT c.public_id || ' was decided by nobody''s answer' FROM cases_decision d JOIN cases_case c ON c.id = d.case_id
WHERE d.signed_by LIKE 'peer:%%' AND NOT EXISTS (
  SELECT 1 FROM sharing_errand e JOIN sharing_departmentsystem s ON s.id = e.system_id
  WHERE e.case = c.public_id AND e.does = 'decide' AND e.state = 'ended' AND e.signature <> '' AND d.signed_by = 'peer:' || s.peer
    AND e.number = d.result->>'department_number')
"""
DECISIONS_OFF = """
SELECT c.public_id FROM cases_case c WHERE (SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id AND NOT d.superseded)
  <> (c.stage IN ('decided', 'concluded'))::int
UNION ALL SELECT c.public_id FROM cases_case c JOIN cases_decision d ON d.case_id = c.id AND NOT d.superseded
WHERE d.outcome <> c.outcome OR d.public_id::text <> c.state->>'decision'
"""
NOT_OVER = """
SELECT c.public_id FROM cases_case c WHERE c.stage IN ('concluded', 'withdrawn', 'turned_away', 'lapsed') AND (
  EXISTS (SELECT 1 FROM cases_task t WHERE t.case_id = c.id AND t.closed_at IS NULL)
  OR (c.stage = 'concluded' AND c.decided_at IS NULL)
  OR (c.updated_at < CASE WHEN c.stage = 'concluded' THEN 'infinity' ELSE %s END
      AND EXISTS (SELECT 1 FROM payments_bill b WHERE b.case = c.public_id AND b.state = 'open')))
"""
DELIVERY_OFF = """
SELECT c.public_id || ' has a result on its way, but is ' || c.stage FROM deliveries_delivery d
JOIN cases_case c ON c.public_id = d.case
WHERE d.ended_at IS NULL AND (c.stage <> 'decided' OR c.state->'marks'->d.step->>'status' <> 'ready')
UNION ALL SELECT d.public_id || ' is of no case' FROM deliveries_delivery d
WHERE NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.public_id = d.case)
UNION ALL SELECT c.public_id || ' ' || t.step || ' ended without a delivery'
FROM cases_case c JOIN cases_task t ON t.case_id = c.id
WHERE t.does = 'deliver' AND t.hands = 'system' AND c.state->'marks'->t.step->>'status' = 'done'
  AND c.state->'marks'->t.step->>'outcome' <> 'licence' AND NOT EXISTS (
    SELECT 1 FROM deliveries_delivery d WHERE d.case = c.public_id AND d.step = t.step AND d.ended_at IS NOT NULL)
UNION ALL SELECT c.public_id || ' ' || (paper->>'id') || ' was not given back' FROM cases_case c
JOIN deliveries_delivery d ON d.case = c.public_id, jsonb_array_elements(d.owed) paper
WHERE c.stage = 'concluded' AND NOT EXISTS (SELECT 1 FROM ledger_event e WHERE e.stream_id = c.stream_id
  AND e.kind = 'paper.surrendered' AND e.data->>'material' = paper->>'id')
UNION ALL SELECT c.public_id || ' does not know that its result has arrived' FROM cases_case c
JOIN deliveries_delivery d ON d.case = c.public_id JOIN cases_task t ON t.case_id = c.id AND t.step = d.step
WHERE d.ended_at < %s AND t.closed_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM jsonb_array_elements(d.owed) paper WHERE NOT d.handed_in ? (paper->>'id'))
"""
PROMISE_AFTER_LAW = "SELECT public_id FROM cases_case WHERE due_at > legal_due_at"
BILL_OFF = """
SELECT b.public_id FROM payments_bill b
LEFT JOIN cases_case c ON c.public_id = b.case LEFT JOIN catalogue_standard s ON s.id = c.standard_id
LEFT JOIN cases_decision d ON d.case_id = c.id AND NOT d.superseded
WHERE b.basis = '[]'::jsonb OR NOT EXISTS (
  SELECT 1 FROM jsonb_array_elements(s.definition::jsonb->'fees') f
  WHERE CASE WHEN f->>'amount' LIKE 'rule:%%' THEN (d.result->>split_part(f->>'amount', '.', 2))::numeric
             ELSE (f->>'amount')::numeric END = b.amount)
"""


OWN_MATTER = """
SELECT 'event ' || event.id FROM ledger_event event JOIN cases_case c ON c.stream_id = event.stream_id
JOIN identity_account account ON account.public_id::text = event.actor AND account.kind = 'officer'
LEFT JOIN identity_person person ON person.id = account.person_id
LEFT JOIN identity_organisation firm ON firm.id = account.organisation_id
WHERE person.public_id IN (c.applicant) OR firm.public_id IN (c.applicant)
  OR c.jointly ? person.public_id::text OR c.jointly ? firm.public_id::text
"""


def folds() -> Iterator[tuple[Case, list[Event]]]:
    """Every case with its events, in order."""
    written = Written.objects.filter(stream__kind="case").order_by("stream_id", "seq").iterator(chunk_size=2000)
    cases = {case.stream_id: case for case in Case.objects.defer("data")}
    for stream, events in groupby(written, key=lambda event: event.stream_id):
        known = [Event(one.kind, one.happened.astimezone(settings.ZONE), one.data) for one in events]
        if stream in cases:
            yield cases[stream], [one for one in known if one.kind in stages.KINDS]


def unfolded() -> Iterator[str]:
    """Cases whose row is not the fold of their events."""
    for case, events in folds():
        state = _folded(events)
        if state is None or not _caches(case, state):
            yield str(case.public_id)
    untold = Case.objects.filter(stream__events=None).defer("data")
    yield from (str(case.public_id) for case in untold if not _caches(case, State()))


def _folded(events: Sequence[Event]) -> State | None:
    """The state after the events; None if they do not fit together."""
    try:
        return stages.fold(events)
    except (KeyError, TypeError, ValueError):
        return None


def _caches(case: Case, state: State) -> bool:
    """Whether the row says what the state says, moments and legal day included."""
    day = case.accepted_at.astimezone(settings.ZONE).date().isoformat() if case.accepted_at else ""
    moments = (_moment(case.received_at), _moment(case.decided_at), _moment(case.concluded_at))
    return (
        (case.stage, case.outcome) == (state.stage, state.outcome)
        and from_json(case.state) == state
        and moments == (state.received, state.decided, state.concluded)
        and day == state.accepted
    )


def _moment(at: datetime | None) -> str:
    return at.astimezone(settings.ZONE).isoformat() if at else ""


def outside_the_table() -> Iterator[str]:
    """Cases with an event that the table of stages, or the order of their steps, does not allow where it stands."""
    for case, events in folds():
        state: State | None = State()
        for event in events:
            if state is None or not _listed(state, event):
                yield str(case.public_id)
                break
            state = _one_more(state, event)


def _listed(state: State, event: Event) -> bool:
    act = ACTS.get(event.kind)
    if act:
        return (state.stage, act) in stages.TABLE
    mark = state.marks.get(str(event.data.get("step")))
    return mark is not None and mark.status in (("ready",) if event.kind in FROM_READY else ("ready", "waiting"))


def _one_more(state: State, event: Event) -> State | None:
    try:
        return stages.fold([event], state)
    except (KeyError, TypeError, ValueError):
        return None


def same_hands() -> Iterator[str]:
    """Cases that were decided with an authority by who had accepted or examined them (S1), or by whom they concern (S5)."""
    yield from offending(OWN_MATTER)
    decided = Case.objects.exclude(decided_at=None).defer("data").select_related("stream")
    for case in decided.iterator(chunk_size=500):
        standard = catalogue.standard(case.standard_id)
        if not any(step.does == "decide" and step.authority for step in standard.process):
            continue
        done = Written.objects.filter(stream=case.stream_id, kind__in=["case.accepted", "step.finished", "case.decided"])
        hands = list(done.exclude(actor="system").order_by("seq").values_list("kind", "actor"))
        signed = next((index for index, (kind, _) in enumerate(hands) if kind == "case.decided"), None)
        if signed is not None and hands[signed][1] in {actor for _, actor in hands[:signed]}:
            yield str(case.public_id)


def wrong_clocks() -> Iterator[str]:
    """Cases whose due moments do not recompute by their time's calendar, with two open pauses or one that ends too early."""
    calendar = city.calendar()
    entered = Written.objects.filter(kind="calendar.entered").order_by("-pk").values_list("entered", flat=True).first()
    running = Q(stage="accepted") | Q(updated_at__gte=entered) if entered else Q()
    for case in Case.objects.filter(running).exclude(accepted_at=None).defer("data").iterator(chunk_size=500):
        state = from_json(case.state)
        backwards = any(pause.end and pause.end < pause.start for pause in state.pauses)
        limits = clocks.all_limits(catalogue.standard(case.standard_id), case.offer)
        due = [clocks.when_due(limit, state, calendar) for limit in limits]
        fits = any(_fits(case, one) for one in due)
        if backwards or sum(not pause.end for pause in state.pauses) > 1 or not fits:
            yield str(case.public_id)


def _fits(case: Case, due: clocks.Due) -> bool:
    """Whether the moments are those of the calendar, or a promise that a later holiday notice did not shorten."""
    if case.legal_due_at != due.legal:
        return False
    if case.due_at == due.promised:
        return True
    later = case.due_at and due.promised and case.due_at > due.promised
    return bool(later) and Written.objects.filter(stream=case.stream_id, kind__in=["clock.kept", "clock.moved"]).exists()


def _decisions() -> Iterator[str]:
    yield from offending(DECISIONS_OFF)
    yield from offending(THEIRS_OFF)


def _results() -> Iterator[str]:
    yield from offending(RESULT_MISSING)
    yield from offending(RESULT_TWICE)
    yield from offending(RESULT_LATE, settings.CLOCK() - YOUNG)


def _over() -> Iterator[str]:
    for sql in (NOT_OVER, DELIVERY_OFF):
        yield from offending(sql, settings.CLOCK() - YOUNG)


INVARIANTS = (
    Invariant(1, "cases", "每张证照都有同一办件的准予决定", True, partial(offending, LICENCE_WITHOUT_GRANT)),
    Invariant(2, "cases", "每个出证环节恰好出一份证照，不拖延", True, _results),
    Invariant(3, "cases", "一个办件只有一个有效的决定，部门系统的决定有它签名的答复", True, _decisions),
    Invariant(5, "cases", "受理、审核与决定分由不同的人办，没有人办自己的事", False, same_hands),
    Invariant(6, "cases", "办件的行等于其事件的折叠", False, unfolded),
    Invariant(9, "core", "没有阶段表以外的变动", True, outside_the_table),
    Invariant(10, "cases", "办结的办件没有未了的环节和账单、在途的结果和未交回的旧证", False, _over),
    Invariant(11, "cases", "到期时刻能按日历重算，中止有始有终", False, wrong_clocks),
    Invariant(12, "cases", "承诺的到期时刻不晚于法定的", False, partial(offending, PROMISE_AFTER_LAW)),
    Invariant(15, "cases", "账单等于决定的金额，并有依据", False, partial(offending, BILL_OFF)),
)
