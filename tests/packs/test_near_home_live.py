"""Cases of the village, living: filed and accepted near home, decided where the standard says, with a licence at the end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from tests.cases import ground

from onevisit.access import SYSTEM, Actor, Hidden
from onevisit.cases import actions, follow
from onevisit.cases.actions import Ruling, Said
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue import queries
from onevisit.channels.cli.demo import load_pack
from onevisit.city import actions as cities
from onevisit.identity import actions as identity
from onevisit.identity import queries as people
from onevisit.identity.models import Account
from onevisit.licences.models import Licence

CITY, VILLAGE, TOWN, COUNTY = "340300000000", "340302001001", "340302001000", "340302000000"
NEAR_HOME = ("township", VILLAGE)


@dataclass(frozen=True, slots=True)
class Life:
    """What somebody asks for, and whose hands it goes through: officer, step, what he found, at which office."""

    applicant: str
    item: str
    answers: Mapping[str, str]
    typed: Mapping[str, str]
    told: Mapping[str, str]
    hands: tuple[tuple[str, str, str, tuple[str, str]], ...]
    licence: str


LIVES = (
    Life(
        "zhao-qiming", "people-mediation", {"dispute_kind": "neighbour", "mediator_choice": "assigned"},
        {"phone": "15400000004", "other_party": "示例戊", "dispute_place": "东风社区示例路15号", "dispute_story": "楼上漏水。"},
        {"name": "赵启明", "citizen_number": "340300199111099054"},
        (
            ("qiao-an", "accept", "", NEAR_HOME), ("qiao-an", "consent", "none", NEAR_HOME),
            ("qiao-an", "mediate", "", NEAR_HOME), ("qiao-an", "decide", "", NEAR_HOME),
        ),
        "people-mediation-agreement",
    ),
    Life(
        "li-fugen", "senior-card", {"home_tie": "household", "card_first": "first"},
        {"phone": "15400000002", "living_at": "东风社区示例巷9号"}, {"name": "李福根", "citizen_number": "340300194903029019"},
        (("lu-qin", "accept", "", NEAR_HOME), ("cheng-hui", "decide", "", ("civil-affairs", COUNTY))), "senior-card",
    ),
    Life(
        "lin-ruoxi", "childbirth-registration", {"birth_stage": "pregnant", "child_order": "second", "couple": "married"},
        {"phone": "15400000005", "living_at": "东风街道示例路5号", "due_or_born": "2026-08-20"},
        {"name": "林若溪", "citizen_number": "340300199005219040", "marriage_status": "married", "spouse_name": "陈思远"},
        (("lu-qin", "accept", "", NEAR_HOME), ("lu-jing", "decide", "", ("township", TOWN))), "childbirth-registration-record",
    ),
)  # fmt: skip


@pytest.fixture
def bengbu(db: None, clock: Callable[[str], None]) -> None:
    """The demo city with its people and these packs, on a Monday morning."""
    clock("2026-03-02T09:30")
    cities.found("340300")
    cities.furnish_demo("340300")
    catalogue.load_base_items(SYSTEM)
    identity.load_demo(people.demo_people())
    for name in ("deed-tax", "near-home", "social-matters"):
        load_pack(settings.PACKS / name, CITY)


def who(key: str) -> Actor:
    """Somebody of the demo, as of now."""
    return people.actor(Account.objects.get(login=key))


def filed(life: Life) -> str:
    """The case, filed in the village, its data told by the registers; its id."""
    case = actions.start(who(life.applicant), life.item, VILLAGE, life.answers).id
    sources = {one.id: one.source for one in queries.item(life.item, VILLAGE).definition.form}
    at = settings.CLOCK().isoformat(timespec="seconds")
    told: dict[str, dict[str, Any]] = {
        name: {"value": value, "source": sources[name], "source_name": "演示", "at": at} for name, value in life.told.items()
    }
    actions.put_fetched(who(life.applicant), case, told)
    actions.save(who(life.applicant), case, dict(life.typed))
    actions.file(who(life.applicant), case)
    actions.finish(SYSTEM, case, "verify", {})
    return case


def waits(case: str) -> set[tuple[str, str, str]]:
    """Which steps wait at which offices."""
    return {(one.step, one.department, one.division) for one in ground.row(case).tasks.filter(closed_at=None)}


@pytest.mark.parametrize("life", LIVES, ids=lambda one: one.item)
def test_from_the_village_to_the_licence(bengbu: None, life: Life) -> None:
    case = filed(life)
    for officer, step, found, office in life.hands:
        assert waits(case) == {(step, *office)}
        actions.take(who(officer), case, step)
        if step == "accept":
            actions.accept(who(officer), case)
        elif step == "decide":
            actions.decide(who(officer), case, Ruling("grant", opinion="同意。"))
        else:
            actions.finish(who(officer), case, step, {"outcome": found} if found else {}, Said("问过了。"))
        follow.follow(case)
    row = ground.row(case)
    assert (row.stage, row.state["outcome"]) == ("concluded", "grant")
    assert [one.type.key for one in Licence.objects.filter(case=case)] == [life.licence]


def test_the_next_village_has_no_say(bengbu: None) -> None:
    case = filed(LIVES[0])
    with pytest.raises(Hidden):
        actions.take(who("cui-xia"), case, "accept")
    with pytest.raises(Hidden):
        actions.take(who("lu-jing"), case, "accept")
