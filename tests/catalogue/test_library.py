"""The province's item library: what it owns may be taken over by a person, what the city owns never is; evidence."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from tests.catalogue.town import NEAR, offered, small_city
from tests.sharing.asking import Province, province, province_process

from onevisit.access import SYSTEM, Actor, Denied, Grant, Refused
from onevisit.catalogue import actions, library, packs, postings, queries, revisions
from onevisit.catalogue.actions import mastering
from onevisit.catalogue.library import Differs
from onevisit.catalogue.models import BaseItem, MasterChange, Posting, Standard
from onevisit.channels.cli import library as cli
from onevisit.channels.cli.answer import Answer
from onevisit.identity.peers import PeerTrouble

__all__ = ["province", "province_process"]
EDITOR = Actor(str(uuid4()), "officer", grants=(Grant("editor"),))


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, committed: object) -> None:
    small_city()
    offered(tmp_path)


def differing(field: str, theirs: str) -> library.ChangeView:
    """One difference that is open."""
    item = BaseItem.objects.get(key="shop-permit")
    found = Differs("shop-permit", field, library.OWNERS[field], library.said(item).get(field, ""), theirs)
    mastering.note(EDITOR, (found,))
    return next(one for one in library.changes() if one.field == field)


def test_the_library_is_read_page_by_page_and_nothing_is_changed_by_it(province: Province) -> None:
    before = list(BaseItem.objects.order_by("pk").values())
    assert actions.pull(EDITOR) > 100
    assert actions.pull(EDITOR) == MasterChange.objects.filter(outcome="open").count()
    lacking = {one.key for one in library.changes() if one.field == "item"}
    assert {"demo-night-market", "deed-tax"} <= lacking
    assert list(BaseItem.objects.order_by("pk").values()) == before


def test_a_library_that_cannot_be_asked_says_so() -> None:
    with pytest.raises(PeerTrouble):
        actions.pull(EDITOR)


def test_what_the_province_owns_is_taken_by_a_person() -> None:
    one = differing("legal_days", "15")
    actions.settle(EDITOR, one.id, "taken")
    assert BaseItem.objects.get(key="shop-permit").legal_days == 15
    assert library.changes() == ()
    with pytest.raises(Refused, match="已经处理过"):
        actions.settle(EDITOR, one.id, "kept")


def test_a_new_name_waits_in_a_draft_of_every_standard_in_force(tmp_path: Path) -> None:
    actions.settle(EDITOR, differing("name", "小型商店经营许可").id, "taken")
    draft = revisions.open_revision("shop-permit", "county")
    assert draft is not None
    assert draft.document["item"]["name"] == "小型商店经营许可"
    assert draft.writers == (EDITOR.id,)
    assert queries.item("shop-permit", NEAR).name == "小店经营许可", "nothing is public by one person"
    assert packs.definition(Standard.objects.get(state="published").definition).item.name == "小店经营许可"
    publisher = Actor(str(uuid4()), "officer", grants=(Grant("publisher"),))
    actions.submit(EDITOR, draft.id, "省库改名。")
    actions.publish(publisher, draft.id)
    assert queries.item("shop-permit", NEAR).name == "小型商店经营许可"


@pytest.mark.parametrize("field", ["department", "handling"])
def test_what_the_city_owns_is_never_overwritten(field: str) -> None:
    one = differing(field, "tax" if field == "department" else "instant")
    assert not one.may_be_taken
    before = BaseItem.objects.filter(key="shop-permit").values().get()
    with pytest.raises(Refused, match="本市负责"):
        actions.settle(EDITOR, one.id, "taken")
    actions.settle(EDITOR, one.id, "kept")
    assert BaseItem.objects.filter(key="shop-permit").values().get() == before


def test_what_was_kept_is_not_asked_again_until_the_province_says_something_new() -> None:
    actions.settle(EDITOR, differing("legal_days", "15").id, "kept")
    again = Differs("shop-permit", "legal_days", "province", "20", "15")
    assert mastering.note(EDITOR, (again,)) == 0
    assert mastering.note(EDITOR, (Differs("shop-permit", "legal_days", "province", "20", "12"),)) == 1
    assert mastering.note(EDITOR, ()) == 0


def test_only_editors_ask_and_decide() -> None:
    one = differing("legal_days", "15")
    chief = Actor(str(uuid4()), "officer", grants=(Grant("chief"),))
    with pytest.raises(Denied):
        actions.settle(chief, one.id, "taken")


def test_every_field_has_an_owner() -> None:
    item = BaseItem.objects.get(key="shop-permit")
    assert set(library.said(item)) <= set(library.OWNERS)
    assert set(library.OWNERS.values()) == set(library.OWNER_NAMES)


def test_the_province_s_site_confirms_what_it_was_given(province: Province, clock: Callable[[str], None]) -> None:
    agrees, wrong = actions.look_around(SYSTEM)
    assert (agrees, wrong) == (1, 1)
    item = queries.item("shop-permit", NEAR)
    here, there = sorted(postings.evidence(item.standard_id), key=lambda one: one.agrees)
    assert (here.note, there.content_hash, there.address) == ("打不开", item.content_hash, f"/guides/{item.code}")
    assert actions.look_around(SYSTEM) == (0, 0)
    assert Posting.objects.count() == 2


def test_the_commands_compare_and_look(province: Province) -> None:
    pulled = command("pull")
    assert pulled.code == 0
    assert "demo-night-market" in str(pulled.document)
    looked = command("evidence")
    assert (looked.document, looked.code) == ({"agrees": 1, "wrong": 1}, 1)


def command(verb: str) -> Answer:
    """What `onevisit library` answers."""
    return cli.run(Namespace(verb=verb))


def test_an_official_code_is_everybody_s_once_it_is_published() -> None:
    provisional = queries.item("shop-permit", NEAR)
    actions.settle(EDITOR, differing("code", "340101234000").id, "taken")
    draft = revisions.open_revision("shop-permit", "county")
    assert draft is not None
    assert queries.item("shop-permit", NEAR).code == provisional.code
    actions.submit(EDITOR, draft.id, "省库编码。")
    actions.publish(Actor(str(uuid4()), "officer", grants=(Grant("publisher"),)), draft.id)
    coded = queries.item("shop-permit", NEAR)
    assert (coded.code.endswith("340101234000"), coded.code_provisional) == (True, False)


def test_a_draft_dropped_and_begun_again_still_bears_what_was_taken() -> None:
    actions.settle(EDITOR, differing("name", "小型商店经营许可").id, "taken")
    draft = revisions.open_revision("shop-permit", "county")
    assert draft is not None
    actions.drop(EDITOR, draft.id)
    assert actions.begin(EDITOR, "shop-permit", "county").document["item"]["name"] == "小型商店经营许可"


def test_a_law_by_its_short_name_is_the_same_law() -> None:
    item = BaseItem.objects.get(key="shop-permit")
    item.basis = [{"law": "中华人民共和国示例小店法", "article": "第一条"}]
    item.save()
    assert list(library.differences(({"key": "shop-permit", "basis": "《示例小店法》第一条"},))) == []
    (one,) = library.differences(({"key": "shop-permit", "basis": "示例小店法 第二条"},))
    assert (one.field, one.owner) == ("basis", "province")
