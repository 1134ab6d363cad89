"""A draft over a new version keeps what still holds, says what changed, and is not filed under rules that nobody has seen."""

from pathlib import Path

import pytest
from tests.cases import ground

from onevisit.access import SYSTEM, Hidden, Refused
from onevisit.cases import actions, queries
from onevisit.catalogue import actions as catalogue

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


def changed(path: Path) -> None:
    catalogue.publish_pack(SYSTEM, ground.stall_pack(path / "new", NEW))


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
    assert "增加表单“摆在哪条街”" in told.renewed
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
