"""The stage table: every listed move works, every other is refused with what would work; the fold is the state."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core import stages
from onevisit.core.definition import ItemHead, Standard, Step
from onevisit.core.state import Act, Event, Refusal, State, from_json, to_json

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
STANDARD = Standard(
    item=ItemHead(name="试验事项", type="行政许可", department="tax", key="trial"),
    level="county",
    audience=("person",),
    process=(
        Step("submit", "applicant", "submit"),
        Step("accept", "system", "accept", needs=("submit",), instant=True),
        Step("verify", "system", "verify", needs=("accept",), instant=True),
        Step("inspect", "department", "inspect", needs=("accept",), days=3, optional=True),
        Step("decide", "department", "decide", needs=("verify", "inspect"), days=2),
        Step("pay", "applicant", "pay", needs=("decide",)),
        Step("issue", "system", "issue", needs=("pay",), instant=True),
    ),
)
NEEDS = {step.id: step.needs for step in STANDARD.process}
DATA = {
    "file": {"needs": NEEDS, "received": NOW.isoformat()},
    "receive": {"needs": NEEDS, "received": NOW.isoformat()},
    "accept": {"accepted": "2026-03-02"},
    "correct": {"received": NOW.isoformat(), "reason": "correction"},
    "suspend": {"reason": "hearing", "clocks": ["legal", "promised"]},
    "resume": {"reason": "hearing"},
    "extend": {"days": 10},
    "decide": {"outcome": "grant", "decision": "d1"},
}


def run(state: State, *acts: Act) -> State:
    """The state after the acts, all of which must be agreed to."""
    for act in acts:
        outcome = stages.decide(STANDARD, state, act, NOW)
        assert not isinstance(outcome, Refusal), outcome
        state = stages.fold(outcome, state)
    return state


def act(name: str, on: str = "", **data: object) -> Act:
    return Act(name, on, {**DATA.get(name, {}), **data})


FILED = run(State(), act("file"))
ACCEPTED = run(FILED, act("accept"))
DECIDABLE = run(ACCEPTED, act("finish", "verify"), act("finish", "inspect", skipped=True, reason="无需"))
DECIDED = run(DECIDABLE, act("decide"))
READY = {
    ("accepted", "decide"): DECIDABLE,
    ("accepted", "resume"): run(ACCEPTED, act("suspend")),
    ("decided", "conclude"): run(DECIDED, act("finish", "pay"), act("finish", "issue")),
}
PLAIN = {"draft": State(), "received": FILED, "accepted": ACCEPTED, "decided": DECIDED}


def at(stage: str) -> State:
    return PLAIN.get(stage, replace(FILED, stage=stage))


@pytest.mark.parametrize("move", stages.MOVES, ids=lambda move: f"{move.stage}-{move.act}")
def test_every_listed_move_works(move: stages.Move) -> None:
    state = READY.get((move.stage, move.act), at(move.stage))
    assert run(state, act(move.act)).stage == move.to


@pytest.mark.parametrize(
    ("stage", "name"),
    [(stage, name) for stage in stages.STAGE_NAMES for name in stages.PAST if (stage, name) not in stages.TABLE],
)
def test_every_other_move_is_refused_with_what_would_work(stage: str, name: str) -> None:
    refusal = stages.decide(STANDARD, at(stage), act(name), NOW)
    assert isinstance(refusal, Refusal)
    assert stages.STAGE_NAMES[stage] in refusal.message
    assert all(stages.ACT_NAMES[can] in refusal.way_out for can in stages.allowed(at(stage)))


def test_filing_finishes_the_submit_step_and_readies_what_needs_only_it() -> None:
    assert FILED.marks["submit"].status == "done"
    assert FILED.ready() == ("accept",)


def test_a_decision_waits_for_the_steps_before_it() -> None:
    refusal = stages.decide(STANDARD, ACCEPTED, act("decide"), NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "step-waiting"


def test_a_refusal_skips_what_is_left_and_can_be_concluded() -> None:
    refused = run(DECIDABLE, act("decide", outcome="refuse"))
    assert refused.finished()
    assert run(refused, act("conclude")).outcome == "refuse"


def test_a_payment_of_nothing_is_left_out() -> None:
    assert run(DECIDED, act("finish", "pay", skipped=True)).ready() == ("issue",)


def test_a_step_that_is_not_optional_cannot_be_left_out() -> None:
    refusal = stages.decide(STANDARD, ACCEPTED, act("finish", "verify", skipped=True), NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "not-optional"


def test_a_step_done_twice_is_refused() -> None:
    done = run(ACCEPTED, act("finish", "verify"))
    refusal = stages.decide(STANDARD, done, act("finish", "verify"), NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "step-not-ready"


def test_a_second_extension_is_refused() -> None:
    refusal = stages.decide(STANDARD, run(ACCEPTED, act("extend")), act("extend"), NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "second-extension"


def test_a_decide_step_can_be_handed_to_people_and_stays_ready() -> None:
    handed = run(DECIDABLE, act("return", "decide", to="department"))
    assert handed.marks["decide"].hands == "department"
    assert "decide" in handed.ready()


def test_a_state_survives_its_json() -> None:
    assert from_json(to_json(READY["accepted", "resume"])) == READY["accepted", "resume"]


ACTS = st.one_of(
    st.sampled_from(sorted(stages.PAST)).map(act),
    st.tuples(st.sampled_from(["start", "finish", "return"]), st.sampled_from(sorted(NEEDS))).map(lambda pair: act(*pair)),
    st.just(act("decide", outcome="refuse")),
    st.just(act("finish", "inspect", skipped=True)),
    st.just(act("finish", "pay", skipped=True)),
)


@given(st.lists(ACTS, max_size=30))
def test_the_fold_of_all_events_is_the_state_after_any_acts(acts: list[Act]) -> None:
    state, log = State(), list[Event]()
    for wanted in acts:
        outcome = stages.decide(STANDARD, state, wanted, NOW)
        if isinstance(outcome, Refusal):
            assert outcome.message
            continue
        state = stages.fold(outcome, state)
        log += outcome
        for step, mark in state.marks.items():
            before_over = all(state.marks[need].status in ("done", "skipped") for need in state.needs[step])
            assert (mark.status == "waiting") == (not before_over) or mark.status in ("done", "skipped")
    assert stages.fold(log) == state
