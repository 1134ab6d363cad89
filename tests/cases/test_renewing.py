"""A draft over a new version keeps what still holds, says what changed, and is not filed under rules that nobody has seen."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from tests.cases import ground

from onevisit.access import SYSTEM, Actor, Grant, Hidden, Refused
from onevisit.cases import actions, counter, queries
from onevisit.cases.actions import Visitor
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue.models import Item

PROMISE = "promised: 5"
NEW = (
    ground.STALL.replace(PROMISE, "promised: 3")
    .replace("label: 占地面积, type: decimal", "label: 占地面积, type: integer")
    .replace("form:\n", "form:\n  - {id: street, label: 摆在哪条街}\n")
    .replace("yes: 卖, no: 不卖", "hot: 卖热食, no: 不卖")
    .replace('food: ["yes"]', "food: [hot]")
)


@pytest.fixture(autouse=True)
def _fair(tmp_path: Path, committed: object) -> None:
    ground.small_city()
    ground.offer_stall(tmp_path)


def changed(path: Path, new: str = NEW) -> None:
    catalogue.publish_pack(SYSTEM, ground.stall_pack(path / "new", new))


@pytest.mark.parametrize(("food", "kept"), [("no", {"food": "no"}), ("yes", {})])
def test_what_still_holds_stays_and_what_changed_is_told(tmp_path: Path, food: str, kept: dict[str, str]) -> None:
    zhang = ground.person()
    draft = ground.a_draft(zhang, food, goods="糖葫芦", area="3")
    before = queries.contents(zhang, draft.id).values
    changed(tmp_path)
    assert actions.overtaken(queries.case(zhang, draft.id))
    view = actions.renew(zhang, draft.id)
    told = queries.contents(zhang, draft.id)
    assert told.answers == kept
    assert told.values.keys() == before.keys() - {"area"}
    assert told.values["goods"] == before["goods"]
    assert "时限的承诺时限：5，改为3" in told.renewed
    assert any(one.startswith("增加表单“摆在哪条街”") for one in told.renewed)
    assert not any("流程" in one for one in told.renewed)
    assert not actions.overtaken(view)
    assert actions.renew(zhang, draft.id).version == view.version


def test_nobody_files_under_rules_that_are_gone(tmp_path: Path) -> None:
    zhang = ground.person()
    draft = ground.a_draft(zhang)
    ground.a_paper(zhang, draft.id, "photo")
    changed(tmp_path)
    with pytest.raises(Refused, match="刚刚改了"):
        actions.file(zhang, draft.id)
    actions.renew(zhang, draft.id)
    with pytest.raises(actions.Invalid, match="处要改"):
        actions.file(zhang, draft.id)
    actions.save(zhang, draft.id, {"street": "东街", "area": "3"})
    assert actions.file(zhang, draft.id).stage == "received"


def test_a_filed_case_stays_on_its_version(tmp_path: Path) -> None:
    zhang = ground.person()
    case = ground.a_filed(zhang)
    changed(tmp_path)
    assert not actions.overtaken(queries.case(zhang, case.id))
    assert queries.case(zhang, case.id).standard_id == case.standard_id
    with pytest.raises(Refused):
        actions.renew(zhang, case.id)


def test_only_its_owner_renews_a_draft(tmp_path: Path) -> None:
    draft = ground.a_draft(ground.person())
    changed(tmp_path)
    with pytest.raises(Hidden):
        actions.renew(ground.person("lin-ruoxi"), draft.id)


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("unit: m²", "unit: 亩", False),
        ("max: 20", "max: 5", False),
        ("max: 20", "max: 6.5", True),
        ("label: 占地面积", "label: 面积", True),
        ("label: 占地面积, type: decimal", "label: 占地面积, source: shared:market.stalls.area, type: decimal", False),
    ],
)
def test_a_value_is_carried_only_where_it_still_fits(tmp_path: Path, old: str, new: str, kept: bool) -> None:
    zhang = ground.person()
    draft = ground.a_draft(zhang, area="6.5")
    changed(tmp_path, ground.STALL.replace(old, new))
    actions.renew(zhang, draft.id)
    told = queries.contents(zhang, draft.id)
    assert ("area" in told.values) is kept
    assert ("“占地面积”要重新填" in told.renewed) is (not kept and "shared" not in new)


def test_what_was_wrong_and_is_asked_for_as_before_stays_to_be_mended(tmp_path: Path) -> None:
    zhang = ground.person()
    draft = ground.a_draft(zhang, area="六块五")
    changed(tmp_path, ground.STALL.replace(PROMISE, "promised: 3"))
    actions.renew(zhang, draft.id)
    assert queries.contents(zhang, draft.id).values["area"]["value"] == "六块五"


def test_an_answer_whose_option_says_another_thing_is_asked_again(tmp_path: Path) -> None:
    zhang = ground.person()
    draft = ground.a_draft(zhang)
    changed(tmp_path, ground.STALL.replace("yes: 卖, no: 不卖", "yes: 不卖, no: 卖"))
    actions.renew(zhang, draft.id)
    told = queries.contents(zhang, draft.id)
    assert told.answers == {}
    assert "“卖不卖食品？”要重新选" in told.renewed


def test_files_of_a_material_that_is_gone_are_taken_off(tmp_path: Path) -> None:
    zhang = ground.person()
    draft = ground.a_draft(zhang, "yes")
    by = replace(ground.officer("window"), holds=frozenset({zhang.person, draft.id}))
    actions.hand_in(by, draft.id, {"photo": "both", "exam": "copy"})
    line = next(one for one in ground.STALL.splitlines() if "id: photo" in one)
    changed(tmp_path, ground.STALL.replace(f"{line}\n", ""))
    actions.renew(zhang, draft.id)
    told = queries.contents(zhang, draft.id)
    assert {one.material for one in told.attachments} == {"exam"}
    assert told.handed.keys() == {"exam"}
    assert told.renewed.count("“摊位照片”不用交了，交过的已经取下") == 1
    assert ground.row(draft.id).attachments.get(material="photo").removed_at is not None


def test_an_item_that_is_not_on_offer_any_more_keeps_the_old_offer(tmp_path: Path) -> None:
    zhang = ground.person()
    draft = ground.a_draft(zhang)
    before = ground.row(draft.id).offer
    changed(tmp_path)
    Item.objects.update(active=False)
    view = actions.renew(zhang, draft.id)
    assert not actions.overtaken(view)
    assert ground.row(draft.id).offer == before


def clerk(zhang: Actor, *cases: str) -> Actor:
    """The clerk of a general window, who receives her."""
    return replace(
        ground.officer("window"), grants=(Grant("window", hall=str(uuid4())),), holds=frozenset({zhang.person, *cases})
    )


def test_a_window_receives_nothing_under_rules_that_are_gone(tmp_path: Path) -> None:
    zhang = ground.person()
    draft = ground.a_draft(zhang)
    by = clerk(zhang, draft.id)
    changed(tmp_path, ground.STALL.replace(PROMISE, "promised: 3"))
    for receive in (actions.receive, counter.receive):
        with pytest.raises(Refused, match="刚刚改了"):
            receive(by, draft.id)
    assert queries.case(zhang, draft.id).stage == "draft"
    assert actions.renew(by, draft.id).standard_id != draft.standard_id
    assert actions.receive(by, draft.id).stage == "received"


def test_a_received_case_is_filed_at_the_window_under_its_own_rules(tmp_path: Path) -> None:
    zhang = ground.person()
    draft = ground.a_draft(zhang)
    received = actions.receive(clerk(zhang, draft.id), draft.id)
    changed(tmp_path)
    assert counter.receive(clerk(zhang, draft.id), draft.id).standard_id == received.standard_id == draft.standard_id


def test_a_draft_taken_up_at_the_counter_goes_over_at_once(tmp_path: Path) -> None:
    zhang = ground.person()
    draft = ground.a_draft(zhang)
    changed(tmp_path)
    taken = actions.start_here(clerk(zhang), Visitor(zhang.person), "stall", ground.NEAR, {})
    assert taken.id == draft.id
    assert not actions.overtaken(taken)
    assert "“占地面积”要重新填" in queries.contents(zhang, draft.id).renewed
