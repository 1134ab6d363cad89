"""T26: the state machine of a case. Any act by anybody at any time is done or refused with a way out, and leaves all in order.

Hypothesis chooses acts, people, clocks and crashes; after each, the row is the fold of its events, each open task a ready step,
each chain whole, each clock recomputable; at the end every invariant of the house holds.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings as house
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from hypothesis.strategies import booleans, integers, sampled_from
from tests.cases import fair, ground
from tests.cases.conftest import all_agree

from onevisit.access import Actor, Denied, Hidden, Refused
from onevisit.cases import actions, follow, invariants, jobs, queries
from onevisit.cases.actions import Fault, Ruling, Said
from onevisit.core import stages

LIVES, STEPS = 40, 50
"""2,000 steps; ONEVISIT_SOAK multiplies the lives (make soak: 50,000)."""
BLURRED = Fault("material:plan", "图上看不清出口。", "请画出全部出口。")
PLACES = {
    "village": ("township", fair.VILLAGE), "town": ("township", fair.TOWN), "county": ("market", fair.NEAR),
}  # fmt: skip
SOON = sampled_from([timedelta(minutes=20), timedelta(hours=5), timedelta(days=1), timedelta(days=4), timedelta(days=9)])
SELDOM = integers(0, 9)
NEXT = {"identity": "zhang", "accept": "village", "check": "town", "check~2": "town", "review": "county", "decide": "chief"}
Clock = Callable[[str], None]


class Crash(Exception):
    """The process died in the middle of an act."""


class Life(RuleBasedStateMachine):
    """One applicant, the officers of three levels, and whatever they do to his cases."""

    clock: Clock

    @initialize(far=integers(0, 9))
    def begin(self, far: int) -> None:
        """Nine out of ten lives begin further on."""
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = datetime(2026, 3, 2, 10, tzinfo=house.ZONE)
        self.clock(self.now.isoformat())
        self.zhang = ground.person()
        self.people = {
            "village": fair.both("window", "acceptor", department="township", division=fair.VILLAGE),
            "town": fair.both("reviewer", department="township", division=fair.TOWN),
            "county": fair.both("reviewer", "chief"),
            "chief": ground.officer("chief"),
            "stranger": ground.officer("chief", "tax"),
        }
        self.case = actions.start(self.zhang, "fair", fair.NEAR, {"night": "no"}).id
        for _ in range(far):
            self.go_on(False)

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            try:
                for one in invariants.INVARIANTS:
                    assert list(one.check()) == [], one.title
            finally:
                transaction.set_rollback(True)
                self.undo.__exit__(None, None, None)

    def tried(self, act: Callable[..., Any], *given: Any, crash: bool = False) -> None:
        """The act is done, refused with a way out, or undone by a crash; all is in order afterwards."""
        before = ground.row(self.case).version
        refused: list[Refused] = []
        with suppress(Denied, Hidden, Crash):
            try:
                with transaction.atomic():
                    act(*given)
                    if crash:
                        raise Crash
            except Refused as why:
                refused.append(why)
        assert all(str(one) and one.way_out for one in refused)
        if crash:
            assert ground.row(self.case).version == before
        all_agree()

    def of(self, who: str) -> Actor:
        return self.zhang if who == "zhang" else ground.holding(self.people[who])

    @rule(by=SOON)
    def time_passes(self, by: timedelta) -> None:
        follow.follow(self.case)  # the worker is not that slow
        self.now += by
        self.clock(self.now.isoformat())
        jobs.silence(0)
        jobs.lapses(0)
        all_agree()

    @rule(crash=booleans(), insured=booleans())
    def file(self, crash: bool, insured: bool) -> None:
        if ground.row(self.case).stage == "draft":
            actions.save(self.zhang, self.case, {"where": fair.VILLAGE, "phone": "15400000001"})
            for material in ("plan", "insurance") if insured else ("plan",):
                ground.a_paper(self.zhang, self.case, material)
        self.tried(actions.file, self.zhang, self.case, crash=crash)

    @precondition(lambda self: ground.row(self.case).stage in stages.ENDS)
    @rule()
    def again(self) -> None:
        self.case = actions.start(self.zhang, "fair", fair.NEAR, {"night": "no"}).id
        all_agree()

    @rule(crash=booleans())
    def go_on(self, crash: bool) -> None:
        """Whoever is next does what is next."""
        row = ground.row(self.case)
        ready = actions.state_of(row).ready()
        if row.stage == "draft":
            self.file(crash, True)
        elif row.stage == "noticed":
            self.correct(True, crash)
        for step in ready[:1]:
            who = NEXT.get(step)
            if who in self.people:
                self.tried(actions.take, self.of(who), self.case, step)
            self.done(step, str(who), crash)

    def done(self, step: str, who: str, crash: bool) -> None:
        """The step, by whoever it is for."""
        if step.startswith("check"):
            self.inspect(step, "safe" if "~" in step else "unsafe", crash)
        elif step == "decide":
            self.decide("grant", "chief", crash)
        elif step == "review":
            self.review("county")
        elif step == "accept":
            self.accept(who, crash)
        elif step == "identity":
            self.confirm(who, crash)

    go_further = go_on_and_on = go_on

    @rule(who=sampled_from(["zhang", "county"]), crash=booleans())
    def confirm(self, who: str, crash: bool) -> None:
        self.tried(actions.confirm, self.of(who), self.case, "identity", crash=crash)

    @rule(who=sampled_from(["village", "town", "county", "chief", "stranger"]))
    def take(self, who: str) -> None:
        self.tried(actions.take, self.of(who), self.case)

    @rule(who=sampled_from(["village", "town", "county", "chief"]))
    def give_back(self, who: str) -> None:
        self.tried(actions.give_back, self.of(who), self.case)

    @rule(step=sampled_from(["accept", "check", "review", "decide"]), to=sampled_from(["village", "town", "county"]))
    def reassign(self, step: str, to: str) -> None:
        self.tried(actions.reassign, self.of("chief"), self.case, step, self.people[to].id)

    @rule(who=sampled_from(["village", "county"]), crash=booleans())
    def accept(self, who: str, crash: bool) -> None:
        self.tried(actions.accept, self.of(who), self.case, crash=crash)

    @rule(who=sampled_from(["village", "chief"]))
    def notify(self, who: str) -> None:
        self.tried(actions.notify, self.of(who), self.case, [BLURRED])

    @rule(who=sampled_from(["village", "county"]))
    def ask(self, who: str) -> None:
        self.tried(actions.ask, self.of(who), self.case, [BLURRED])

    @rule(mended=booleans(), crash=booleans())
    def correct(self, mended: bool, crash: bool) -> None:
        if mended:
            self.tried(ground.a_paper, self.zhang, self.case, "plan")
        self.tried(actions.correct, self.zhang, self.case, crash=crash)

    @rule()
    def supply(self) -> None:
        self.tried(ground.a_paper, self.zhang, self.case, "insurance")
        self.tried(actions.supply, self.zhang, self.case, "insurance")

    @rule(step=sampled_from(["check", "check~2"]), found=sampled_from(["safe", "unsafe", "perfect"]), crash=booleans())
    def inspect(self, step: str, found: str, crash: bool) -> None:
        town = self.of("town")
        self.tried(actions.finish, town, self.case, step, {"outcome": found}, fair.seen(town, self.people["chief"]), crash=crash)

    @rule(who=sampled_from(["county", "chief", "town"]))
    def review(self, who: str) -> None:
        self.tried(actions.finish, self.of(who), self.case, "review", {}, Said("可以。"))

    @rule(reason=sampled_from(["hearing", "payment", "nonsense"]), on=booleans())
    def pause(self, reason: str, on: bool) -> None:
        act = (actions.suspend, reason, "要开听证会，约5个工作日。") if on else (actions.resume, reason)
        self.tried(act[0], self.of("county"), self.case, *act[1:])

    @rule(who=sampled_from(["chief", "county", "town"]))
    def extend(self, who: str) -> None:
        self.tried(actions.extend, self.of(who), self.case, "要等省里答复。")

    @rule(outcome=sampled_from(["grant", "refuse"]), who=sampled_from(["chief", "county", "town"]), crash=booleans())
    def decide(self, outcome: str, who: str, crash: bool) -> None:
        ruling = Ruling(outcome, ({"row": "", "text": "场地不够", "basis": "示例庙会条例第二条"},), opinion="经审查。")
        self.tried(actions.decide, self.of(who), self.case, ruling, crash=crash)

    @rule(sure=SELDOM)
    def turn_away(self, sure: int) -> None:
        if sure == 7:
            self.tried(actions.turn_away, self.of("village"), self.case, "不在本县。", "示例庙会条例第一条")

    @rule(sure=SELDOM)
    def withdraw(self, sure: int) -> None:
        if sure == 7:
            self.tried(actions.withdraw, self.zhang, self.case)

    @rule()
    def object(self) -> None:
        self.tried(actions.object_to_silence, self.of("chief"), self.case, "没有看过。")

    @rule()
    def the_house_goes_on(self) -> None:
        follow.follow(self.case)
        all_agree()

    @rule()
    def look(self) -> None:
        """Whatever the stage, the applicant's pages have something to say."""
        assert queries.case(self.zhang, self.case).stage_name
        assert queries.account(self.zhang, self.case).promised <= 1
        if ground.row(self.case).number:
            assert queries.rail(self.zhang, self.case)


def lived(clock: Clock, examples: int) -> None:
    """So many lives of a case."""
    machine = type("OneLife", (Life,), {"clock": staticmethod(clock)})
    chosen = settings(
        max_examples=examples, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck), database=None,
        print_blob=True,
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=chosen)


def test_any_life_of_a_case_is_in_order(db: None, tmp_path: Path, clock: Clock) -> None:
    clock("2026-03-02T10:00")
    ground.small_city()
    fair.offer(tmp_path)
    lived(clock, int(os.environ.get("ONEVISIT_SOAK", "1")) * LIVES)
