"""T06: two act on one case at the same moment. One wins, the other is refused with a way out; nothing is done twice."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.cases import fair, ground
from tests.cases.conftest import all_agree

from onevisit.access import Actor, Denied, Hidden, Refused
from onevisit.cases import actions, follow, invariants, jobs
from onevisit.cases.actions import Ruling, Said
from onevisit.licences.models import Licence

ROUNDS = 8
Clock = Callable[[str], None]
ASKED = """
  - {id: police, name: 公安意见, by: "department:police", does: consult, needs: [accept], days: 2}
  - {id: taxes, name: 税务意见, by: "department:tax", does: consult, needs: [accept], days: 2}
  - {id: decide, by: department, does: decide, needs: [check, review, police, taxes], days: 1, authority: chief}
"""


@pytest.fixture
def offered(committed: object, clock: Clock, tmp_path: Path) -> Iterator[None]:
    """The fair, with two departments to be asked; commits are real."""
    clock("2026-03-02T10:00")
    ground.small_city()
    plain = next(line for line in fair.FAIR.splitlines() if line.startswith("  - {id: decide"))
    fair.offer(tmp_path, fair.FAIR.replace(plain, ASKED.strip("\n")))
    yield
    all_agree()
    assert {one.number: list(one.check()) for one in invariants.INVARIANTS if list(one.check())} == {}


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave, or the refusal that it met; all begin at the same moment."""
    gate, given = threading.Barrier(len(acts)), [None] * len(acts)

    def one(place: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait()
            given[place] = act()
        except (Refused, Denied, Hidden) as why:
            given[place] = why
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def refused(given: list[Any]) -> int:
    return sum(isinstance(one, Exception) for one in given)


def examined(zhang: Actor) -> tuple[str, Actor]:
    """A case that waits for the chief's signature, and the chief who has it."""
    view = fair.accepted(zhang, insured=True)
    town = fair.taken(ground.officer("reviewer", "township", fair.TOWN), view.id, "check")
    actions.finish(town, view.id, "check", {"outcome": "safe"}, fair.seen(town, ground.officer()))
    for step, officer in (
        ("review", ground.officer("reviewer")),
        ("police", ground.officer("joint", "police")),
        ("taxes", ground.officer("joint", "tax")),
    ):
        actions.finish(fair.taken(officer, view.id, step), view.id, step, {}, Said("没有意见。"))
    return view.id, fair.taken(ground.officer("chief"), view.id, "decide")


def test_the_applicant_withdraws_while_the_chief_signs(offered: None) -> None:
    zhang, ends = ground.person(), set()
    for turn in range(ROUNDS):
        case, chief = examined(zhang)
        sign = lambda: actions.decide(chief, case, Ruling("grant", opinion="同意。"))  # noqa: B023, E731
        withdraw = lambda: actions.withdraw(zhang, case)  # noqa: B023, E731
        given = at_once(*((sign, withdraw) if turn % 2 else (withdraw, sign)))
        assert refused(given) == 1
        follow.follow(case)
        row = ground.row(case)
        assert row.stage in ("withdrawn", "concluded")
        assert Licence.objects.filter(case=row.public_id).count() == (row.stage == "concluded")
        ends.add(row.stage)
    assert ends


def test_two_clerks_take_one_step(offered: None) -> None:
    view = fair.accepted(ground.person(), insured=True)
    clerks = [ground.officer("reviewer") for _ in range(6)]
    given = at_once(*(lambda one=one: actions.take(one, view.id, "review") for one in clerks))
    assert refused(given) == 5
    assert sum(bool(ground.holding(one).holds) for one in clerks) == 1
    assert all(one.way_out for one in given if isinstance(one, Refused))


def test_two_departments_opine_and_the_next_step_opens_once(offered: None) -> None:
    view = fair.accepted(ground.person(), insured=True)
    police = fair.taken(ground.officer("joint", "police"), view.id, "police")
    taxes = fair.taken(ground.officer("joint", "tax"), view.id, "taxes")
    given = at_once(
        lambda: actions.finish(police, view.id, "police", {}, Said("治安上没有意见。")),
        lambda: actions.finish(taxes, view.id, "taxes", {}, Said("没有欠税。")),
        lambda: actions.finish(taxes, view.id, "taxes", {}, Said("再按一次。")),
    )
    assert refused(given) == 1
    assert ground.row(view.id).opinions.filter(on__in=["police", "taxes"]).count() == 2
    assert ground.row(view.id).tasks.filter(step="decide").count() == 0
    town = fair.taken(ground.officer("reviewer", "township", fair.TOWN), view.id, "check")
    reviewer = fair.taken(ground.officer("reviewer"), view.id, "review")
    seen = fair.seen(town, ground.officer())
    assert not refused(
        at_once(
            lambda: actions.finish(town, view.id, "check", {"outcome": "safe"}, seen),
            lambda: actions.finish(reviewer, view.id, "review", {}, Said("可以。")),
        )
    )
    assert ground.row(view.id).tasks.filter(step="decide", closed_at=None).count() == 1


def test_silence_and_an_acceptor_accept_once(offered: None, clock: Clock) -> None:
    view = fair.filed(ground.person(), insured=True)
    acceptor = fair.taken(fair.acceptor(), view.id)
    clock("2026-03-09T17:00")
    at_once(lambda: jobs.silence(0), lambda: actions.accept(acceptor, view.id), lambda: actions.accept_by_silence(view.id))
    assert ground.kinds(view.id).count("case.accepted") == 1


def test_one_correction_and_one_lapse(offered: None, clock: Clock) -> None:
    zhang = ground.person()
    view = fair.filed(zhang)
    actions.notify(fair.taken(fair.acceptor(), view.id), view.id, [actions.Fault("material:plan", "看不清。", "重新画。")])
    ground.a_paper(zhang, view.id, "plan")
    clock("2026-06-01T10:00")
    at_once(lambda: actions.correct(zhang, view.id), lambda: actions.lapse(view.id), lambda: jobs.lapses(0))
    assert sum(kind in ("case.corrected", "case.lapsed") for kind in ground.kinds(view.id)) == 1
