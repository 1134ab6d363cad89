"""A draft is begun once, saved as typed, never overwritten unseen; papers are handed in for what the item asks, by its owner."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from tests.cases import ground
from tests.cases.ground import NEAR

from onevisit.access import Actor, Denied, Hidden, Refused
from onevisit.cases import actions, queries
from onevisit.cases.actions import drafts
from onevisit.cases.models import Attachment, Case
from onevisit.catalogue.queries import NoItem
from onevisit.identity.models import Reading

Act = Callable[..., Any]


def test_starting_again_goes_on_with_the_same_draft(act: Act, zhang: Actor) -> None:
    first = act(actions.start, zhang, "stall", NEAR, {"food": "no", "nonsense": "x"})
    assert (first.stage, first.number, first.version) == ("draft", "", 0)
    assert act(actions.start, zhang, "stall", NEAR, {"food": "yes"}).id == first.id
    assert queries.contents(zhang, first.id).answers == {"food": "no"}
    assert act(actions.start, ground.person("lin-ruoxi"), "stall", NEAR, {}).id != first.id
    act(actions.withdraw, zhang, first.id)
    assert act(actions.start, zhang, "stall", NEAR, {}).id != first.id
    assert Case.objects.count() == 3


def test_a_draft_is_the_office_s_wherever_one_stands(act: Act, zhang: Actor) -> None:
    view = act(actions.start, zhang, "stall", ground.town.TOWN, {})
    assert (view.division, view.office_name) == (NEAR, "近山县市场监督管理局")
    with pytest.raises(NoItem):
        act(actions.start, zhang, "stall", ground.FAR, {})
    with pytest.raises(NoItem):
        act(actions.start, zhang, "no-such-item", NEAR, {})


def test_only_whom_the_item_is_for_may_start_it(act: Act, zhang: Actor, tmp_path: Any) -> None:
    text = ground.STALL.replace("audience: [person, organisation]", "audience: [organisation]")
    ground.catalogue.publish_pack(ground.SYSTEM, ground.stall_pack(tmp_path, text))
    with pytest.raises(Refused, match="只由单位申请"):
        act(actions.start, zhang, "stall", NEAR, {})
    firm = ground.firm()
    view = act(actions.start, firm, "stall", NEAR, {})
    assert view.applicant == firm.organisation
    with pytest.raises(Denied):
        act(actions.start, ground.officer(), "stall", NEAR, {})


def test_what_was_typed_is_kept_right_or_wrong(act: Act, zhang: Actor) -> None:
    view = act(actions.start, zhang, "stall", NEAR, {})
    assert act(actions.save, zhang, view.id, {"?food": "yes", "area": "一百", "permit": "x", "?none": "x"}) == 1
    kept = queries.contents(zhang, view.id)
    assert kept.answers == {"food": "yes"}
    assert kept.values.keys() == {"area"}
    assert kept.values["area"]["value"] == "一百"
    assert act(actions.save, zhang, view.id, {"?food": "maybe"}) == 2
    assert queries.contents(zhang, view.id).answers == {}


def test_a_page_that_is_older_than_the_draft_overwrites_nothing(act: Act, zhang: Actor) -> None:
    view = act(actions.start, zhang, "stall", NEAR, {})
    act(actions.save, zhang, view.id, {"goods": "布鞋"}, 0)
    with pytest.raises(actions.Stale) as stale:
        act(actions.save, zhang, view.id, {"goods": "草帽"}, 0)
    assert stale.value.current == 1
    assert queries.contents(zhang, view.id).values["goods"]["value"] == "布鞋"
    act(actions.save, zhang, view.id, {"goods": "草帽"}, 1)


def test_somebody_else_s_draft_is_as_none(act: Act, zhang: Actor) -> None:
    view, stranger = ground.a_draft(zhang), ground.person("lin-ruoxi")
    stored = ground.papers.store(ground.JPEG, "image/jpeg")
    for try_it in (
        lambda: act(actions.save, stranger, view.id, {"goods": "x"}),
        lambda: act(actions.put_fetched, stranger, view.id, {}),
        lambda: act(actions.attach, stranger, view.id, "photo", stored.public_id, "x.jpg"),
        lambda: act(actions.detach, stranger, view.id, str(Attachment.objects.get().public_id)),
        lambda: act(actions.file, stranger, view.id),
        lambda: act(actions.withdraw, stranger, view.id),
        lambda: queries.case(stranger, view.id),
        lambda: queries.contents(stranger, view.id),
        lambda: queries.case(zhang, str(uuid4())),
        lambda: queries.case(zhang, "no uuid"),
    ):
        with pytest.raises(Hidden):
            try_it()
    assert not Reading.objects.exists()


def test_what_is_filed_is_no_draft_any_more(act: Act, zhang: Actor) -> None:
    view = ground.a_filed(zhang)
    stored = ground.papers.store(ground.JPEG, "image/jpeg")
    with pytest.raises(Refused, match="已经提交"):
        act(actions.save, zhang, view.id, {"goods": "x"})
    with pytest.raises(Refused, match="已经提交"):
        act(actions.attach, zhang, view.id, "photo", stored.public_id, "x.jpg")
    with pytest.raises(Refused, match="已经提交"):
        act(actions.detach, zhang, view.id, str(Attachment.objects.get().public_id))


def test_a_paper_is_handed_in_and_taken_back(act: Act, zhang: Actor) -> None:
    view = act(actions.start, zhang, "stall", NEAR, {})
    kept = ground.a_paper(zhang, view.id, "photo", "摊位 <1>.jpg")
    shown = queries.contents(zhang, view.id).attachments
    assert [(one.id, one.material, one.name) for one in shown] == [(kept, "photo", "摊位 <1>.jpg")]
    act(actions.detach, zhang, view.id, kept)
    assert queries.contents(zhang, view.id).attachments == ()
    with pytest.raises(Hidden):
        queries.attachment(zhang, view.id, kept)
    stored = ground.papers.store(ground.JPEG, "image/jpeg")
    with pytest.raises(Refused, match="没有这份材料"):
        act(actions.attach, zhang, view.id, "passport", stored.public_id, "x.jpg")
    with pytest.raises(Hidden):
        act(actions.attach, zhang, view.id, "photo", str(uuid4()), "x.jpg")


def test_a_case_takes_only_so_much(act: Act, zhang: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST_FILES", 2)
    view = act(actions.start, zhang, "stall", NEAR, {})
    ground.a_paper(zhang, view.id, "photo")
    kept = ground.a_paper(zhang, view.id, "photo")
    with pytest.raises(Refused, match="最多2个文件"):
        ground.a_paper(zhang, view.id, "photo")
    act(actions.detach, zhang, view.id, kept)
    monkeypatch.setattr(drafts, "MOST_BYTES", 100)
    with pytest.raises(Refused, match="最多"):
        ground.a_paper(zhang, view.id, "photo")


def test_a_fetched_value_is_kept_until_it_is_gone_and_never_typed_over(act: Act, taxed: None) -> None:
    lin = ground.person("lin-ruoxi")
    view = act(actions.start, lin, "deed-tax", NEAR, {"act": "gift", "buyer": "person", "relation": "spouse"})
    act(actions.put_fetched, lin, view.id, ground.fetched({"area": "118.50", "relation": "spouse"}))
    act(actions.save, lin, view.id, {"area": "1", "relation": "child"})
    kept = queries.contents(lin, view.id).values
    assert (kept["area"]["value"], kept["relation"]["value"]) == ("118.50", "spouse")
    act(actions.put_fetched, lin, view.id, ground.fetched({"area": "118.60"}), {"relation"})
    kept = queries.contents(lin, view.id).values
    assert kept["area"]["value"] == "118.60"
    assert "relation" not in kept


def test_an_objection_stays_whatever_is_fetched_again_and_is_filed_with_the_case(act: Act, taxed: None) -> None:
    lin = ground.person("lin-ruoxi")
    view = act(actions.start, lin, "deed-tax", NEAR, {"act": "gift", "buyer": "person", "relation": "spouse"})
    act(actions.put_fetched, lin, view.id, ground.fetched({"area": "118.50"}))
    act(actions.dispute, lin, view.id, "area", " 实际是108平方米 ")
    act(actions.put_fetched, lin, view.id, ground.fetched({"area": "118.50"}))
    kept = queries.contents(lin, view.id).values["area"]
    assert (kept["disputed"], kept["objection"], kept["value"]) == (True, "实际是108平方米", "118.50")
    act(actions.save, lin, view.id, {"phone": "15400000005", "other_number": "340300198802149079"})
    act(actions.file, lin, view.id)
    assert queries.contents(lin, view.id).values["area"]["disputed"] is True
    with pytest.raises(Refused, match="已经提交"):
        act(actions.dispute, lin, view.id, "area", "")


def test_only_what_was_fetched_can_be_disputed_and_an_objection_be_taken_back(act: Act, taxed: None) -> None:
    lin = ground.person("lin-ruoxi")
    view = act(actions.start, lin, "deed-tax", NEAR, {"act": "gift", "buyer": "person", "relation": "spouse"})
    act(actions.save, lin, view.id, {"phone": "1"})
    for name in ("phone", "area", "nonsense"):
        with pytest.raises(Refused, match="没有取到"):
            act(actions.dispute, lin, view.id, name, "不对")
    act(actions.put_fetched, lin, view.id, ground.fetched({"area": "118.50"}))
    with pytest.raises(Hidden):
        act(actions.dispute, ground.person(), view.id, "area", "不对")
    act(actions.dispute, lin, view.id, "area", "不对")
    act(actions.dispute, lin, view.id, "area", "")
    assert "disputed" not in queries.contents(lin, view.id).values["area"]
