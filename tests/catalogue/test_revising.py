"""The life of a standard: written by one, published by another, on time, in words, taken back with one press."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError
from tests.catalogue.town import NEAR, STANDARD, small_city, small_pack

from onevisit.access import SYSTEM, Actor, Denied, Grant, Hidden, Refused
from onevisit.catalogue import actions, changes, invariants, packs, quality, queries, revisions
from onevisit.catalogue.models import Item, Revision, Standard
from onevisit.catalogue.revisions import RevisionView
from onevisit.core.definition import Limits
from onevisit.core.offers import Offer
from onevisit.ledger.queries import events

pytestmark = pytest.mark.django_db
KEY, LEVEL = "shop-permit", "county"


def officer(*roles: str) -> Actor:
    return Actor(str(uuid4()), "officer", grants=tuple(Grant(role) for role in roles))


@pytest.fixture
def writer() -> Actor:
    return officer("editor")


@pytest.fixture
def publisher() -> Actor:
    return officer("publisher")


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, clock: Callable[[str], None]) -> None:
    clock("2026-03-02T10:00")
    small_city()
    actions.publish_pack(SYSTEM, small_pack(tmp_path))


def begun(writer: Actor, **parts: Any) -> RevisionView:
    """A draft whose document has these parts."""
    draft = actions.begin(writer, KEY, LEVEL)
    return actions.write(writer, draft.id, {**draft.document, **parts}, draft.saved) if parts else draft


def quicker(writer: Actor, days: int = 4) -> RevisionView:
    """A draft, sent for review, that promises fewer days."""
    return actions.submit(writer, begun(writer, limits=[{"legal": 20, "promised": days}]).id, "办得更快。")


def current() -> Standard:
    return Standard.objects.get(state="published")


def test_one_change_at_a_time_is_open_and_begins_from_what_is_in_force(writer: Actor) -> None:
    first = actions.begin(writer, KEY, LEVEL)
    again = actions.begin(officer("editor"), KEY, LEVEL)
    assert first.id == again.id
    assert packs.definition(first.content) == queries.standard(current().pk)
    assert (first.state, first.origin_version) == ("draft", 1)


def test_a_new_level_begins_from_the_base_item(writer: Actor) -> None:
    draft = actions.begin(writer, KEY, "city")
    assert (draft.document["item"]["name"], draft.document["level"], draft.origin_id) == ("小店经营许可", "city", None)
    with pytest.raises(Refused, match="处错误"):
        actions.submit(writer, draft.id, "新的一级。")


def test_what_is_typed_is_kept_right_or_wrong_but_not_which_item_it_is(writer: Actor) -> None:
    draft = begun(writer, item={"name": "别的"}, level="city", materials=[{"id": "x", "nmae": "材料"}])
    assert (draft.document["item"]["name"], draft.document["level"], draft.saved) == ("小店经营许可", "county", 1)
    found = revisions.check(KEY, LEVEL, draft.content)
    assert {"OV101", "OV102"} <= {one.code for one in found.errors}
    with pytest.raises(Refused, match="OV101"):
        actions.submit(writer, draft.id, "试试。")


def test_nobody_overwrites_another(writer: Actor) -> None:
    draft = begun(writer)
    actions.write(writer, draft.id, {**draft.document, "depth": 3}, draft.saved)
    with pytest.raises(actions.Overtaken) as caught:
        actions.write(officer("editor"), draft.id, {**draft.document, "depth": 4}, draft.saved)
    assert caught.value.saved == 1
    assert revisions.revision(draft.id).document["depth"] == 3


def test_another_person_publishes_and_cases_stay_on_their_version(writer: Actor, publisher: Actor) -> None:
    before = current().pk
    draft = quicker(writer)
    both = Actor(writer.id, "officer", grants=(Grant("editor"), Grant("publisher")))
    with pytest.raises(Refused, match="另一人"):
        actions.publish(both, draft.id)
    with pytest.raises(Denied):
        actions.publish(officer("editor"), draft.id)
    done = actions.publish(publisher, draft.id)
    row = current()
    assert (done.state, row.version, row.pack, row.revision.public_id.hex) == ("published", 2, "", done.id.replace("-", ""))
    assert [queries.standard(one).limits[0].promised for one in (before, row.pk)] == [5, 4]
    assert row.files.count() == 1
    kinds = [one.kind for one in events(Revision.objects.get().stream.public_id)]
    assert kinds == ["revision.begun", "revision.submitted", "revision.published"]
    assert not list(invariants.not_as_published())


def test_what_was_changed_is_told_in_words(writer: Actor) -> None:
    draft = begun(writer, limits=[{"legal": 20, "promised": 4}], faq=[])
    found = changes.changes(queries.standard(current().pk), packs.definition(draft.content))
    assert [one.text for one in found] == ["时限的承诺时限：5，改为4", "删去常见问题“要等多久？”"]


def test_a_change_is_sent_back_with_a_reason_and_written_on(writer: Actor, publisher: Actor) -> None:
    draft = quicker(writer)
    with pytest.raises(Refused, match="写明"):
        actions.send_back(publisher, draft.id, " ")
    back = actions.send_back(publisher, draft.id, "三天也行。")
    assert (back.state, back.remark) == ("draft", "三天也行。")
    with pytest.raises(Refused, match="起草中"):
        actions.publish(publisher, draft.id)
    assert actions.write(writer, draft.id, {**back.document, "depth": 2}).document["depth"] == 2


def test_it_is_public_at_its_moment_and_at_most_a_working_day_later(
    writer: Actor, publisher: Actor, clock: Callable[[str], None]
) -> None:
    draft = quicker(writer)
    late = datetime(2026, 3, 3, 17, 1, tzinfo=settings.ZONE)
    with pytest.raises(Refused, match="3月3日17:00"):
        actions.publish(publisher, draft.id, late)
    decided = actions.publish(publisher, draft.id, datetime(2026, 3, 3, 9, tzinfo=settings.ZONE))
    assert (decided.state, current().version) == ("decided", 1)
    assert not actions.take_effect(SYSTEM, draft.id)
    clock("2026-03-03T09:00")
    assert actions.take_effect(SYSTEM, draft.id)
    assert not actions.take_effect(SYSTEM, draft.id)
    row = current()
    assert (row.version, row.decided_at.astimezone(settings.ZONE).day, revisions.days_to_public(row)) == (2, 2, 1)
    assert not quality.lines()[0].late


def test_what_no_longer_holds_at_its_moment_goes_back(
    writer: Actor, publisher: Actor, clock: Callable[[str], None], tmp_path: Path
) -> None:
    draft = quicker(writer)
    actions.publish(publisher, draft.id, datetime(2026, 3, 3, 9, tzinfo=settings.ZONE))
    actions.publish_pack(SYSTEM, small_pack(tmp_path / "new", STANDARD.replace("promised: 5", "promised: 3")))
    clock("2026-03-03T09:00")
    assert not actions.take_effect(SYSTEM, draft.id)
    back = revisions.revision(draft.id)
    assert (back.state, "别的版本" in back.remark, current().version) == ("draft", True, 2)


def test_one_press_brings_back_what_was_before(writer: Actor, publisher: Actor) -> None:
    with pytest.raises(Refused, match="第一版"):
        actions.revert(publisher, KEY, LEVEL)
    first = current()
    actions.publish(publisher, quicker(writer).id)
    both = Actor(writer.id, "officer", grants=(Grant("editor"), Grant("publisher")))
    with pytest.raises(Refused, match="另一人"):
        actions.revert(both, KEY, LEVEL)
    back = actions.revert(publisher, KEY, LEVEL)
    assert (back.version, back.content_hash, back.state) == (3, first.content_hash, "published")
    assert [one.kind for one in events(back.stream.public_id)] == ["standard.published", "standard.reverted"]
    assert [(one.version, one.state) for one in revisions.versions(KEY, LEVEL)] == [
        (3, "published"), (2, "retired"), (1, "retired"),
    ]  # fmt: skip
    with pytest.raises(Hidden):
        actions.revert(publisher, KEY, "city")


def test_a_pack_loaded_again_never_overwrites_what_the_city_wrote(writer: Actor, publisher: Actor, tmp_path: Path) -> None:
    actions.publish(publisher, quicker(writer).id)
    (same,) = actions.publish_pack(SYSTEM, small_pack(tmp_path))
    assert (same.changed, same.version, Revision.objects.filter(state="draft").count()) == (False, 2, 0)
    newer = small_pack(tmp_path / "newer", STANDARD.replace("promised: 5", "promised: 3"))
    (kept,) = actions.publish_pack(SYSTEM, newer)
    waiting = revisions.open_revision(KEY, LEVEL)
    assert (kept.changed, current().version) == (False, 2)
    assert waiting is not None
    assert packs.definition(waiting.content).limits[0].promised == 3
    actions.publish_pack(SYSTEM, newer)
    assert Revision.objects.filter(state="draft").count() == 1


def test_a_file_that_is_named_is_there_before_it_is_public(writer: Actor, publisher: Actor) -> None:
    draft = begun(writer, results=[{"id": "permit", "name": "小店经营许可证", "licence": "shop-permit", "sample": "new.html"}])
    with pytest.raises(Refused, match=r"new\.html"):
        actions.submit(writer, draft.id, "换样本。")
    actions.attach(writer, draft.id, "new.html", b"<h1>new</h1>")
    actions.submit(writer, draft.id, "换样本。")
    actions.publish(publisher, draft.id)
    assert [one.name for one in current().files.all()] == ["new.html"]


def test_the_list_of_the_studio_says_how_good_each_is(writer: Actor) -> None:
    begun(writer)
    (line,) = quality.lines()
    assert (line.key, line.version, line.state, line.places) == (KEY, 1, "draft", 0)
    assert 0 < line.score < 100
    assert {code for code, _ in line.failed} >= {"OV309"}


def test_the_same_content_is_not_sent_for_review(writer: Actor) -> None:
    draft = begun(writer)
    with pytest.raises(Refused, match="完全一样"):
        actions.submit(writer, draft.id, "没有改。")
    assert actions.drop(writer, draft.id).state == "dropped"
    assert revisions.open_revision(KEY, LEVEL) is None


def both() -> Actor:
    return officer("editor", "publisher")


def test_nobody_puts_his_own_text_in_force_by_taking_back_what_took_it_back(publisher: Actor) -> None:
    author = both()
    actions.publish(publisher, quicker(author).id)
    actions.revert(publisher, KEY, LEVEL)
    with pytest.raises(Refused, match="另一人"):
        actions.revert(author, KEY, LEVEL)
    assert actions.revert(publisher, KEY, LEVEL).version == 4


def test_nobody_publishes_what_he_has_not_read(writer: Actor, publisher: Actor) -> None:
    seen = quicker(writer).saved
    draft = revisions.open_revision(KEY, LEVEL)
    assert draft is not None
    actions.send_back(writer, draft.id, "再改。")
    actions.write(writer, draft.id, {**draft.document, "limits": [{"legal": 20, "promised": 1}]})
    actions.submit(writer, draft.id, "一天。")
    with pytest.raises(actions.Overtaken):
        actions.publish(publisher, draft.id, saved=seen)
    assert actions.publish(publisher, draft.id, saved=revisions.revision(draft.id).saved).state == "published"


def test_only_who_wrote_or_may_publish_sends_back(writer: Actor, publisher: Actor) -> None:
    draft = quicker(writer)
    with pytest.raises(Denied):
        actions.send_back(officer("editor"), draft.id, "不好。")
    assert actions.send_back(writer, draft.id, "再看看。").state == "draft"


def test_an_overtaken_draft_is_compared_with_what_overtook_it_and_published(
    writer: Actor, publisher: Actor, tmp_path: Path
) -> None:
    draft = begun(writer, limits=[{"legal": 20, "promised": 2}])
    actions.publish_pack(SYSTEM, small_pack(tmp_path / "new", STANDARD.replace("promised: 5", "promised: 3")))
    with pytest.raises(Refused, match="别的版本"):
        actions.submit(writer, draft.id, "两天。")
    assert revisions.is_overtaken(revisions.revision(draft.id))
    assert actions.catch_up(writer, draft.id).origin_version == 2
    actions.submit(writer, draft.id, "两天。")
    assert actions.publish(publisher, draft.id).state == "published"
    assert queries.standard(current().pk).limits[0].promised == 2


def test_offers_fit_the_version_that_comes_into_force(writer: Actor, publisher: Actor) -> None:
    actions.offer(SYSTEM, KEY, NEAR, Offer(item=KEY, level="county", division=NEAR, limits=(Limits(promised=4),)))
    actions.publish(publisher, quicker(writer, 2).id)
    row = Item.objects.get()
    assert (row.offer, row.active) == ({}, True)
    assert not list(invariants.not_local())
    assert queries.item(KEY, NEAR).limits[0].promised == 2


def test_a_new_parameter_takes_the_item_off_offer_where_it_is_not_set(writer: Actor, publisher: Actor) -> None:
    actions.offer(SYSTEM, KEY, NEAR)
    draft = begun(writer, parameters=[{"id": "sum", "type": "money", "label": "补贴"}])
    actions.submit(writer, draft.id, "各地自定。")
    actions.publish(publisher, draft.id)
    assert not Item.objects.get().active
    assert not list(invariants.not_in_force())


def test_the_table_itself_refuses_one_person(writer: Actor, publisher: Actor) -> None:
    actions.publish(publisher, quicker(writer).id)
    with pytest.raises(IntegrityError, match="revision_two_people"):
        Revision.objects.update(decided_by=writer.id)


def test_a_circle_that_a_change_would_close_is_told_of_the_change(writer: Actor, tmp_path: Path) -> None:
    other = STANDARD.replace("key: shop-permit", "key: other-permit").replace("小店经营许可", "健康许可")
    other = (
        other.replace("licence: shop-permit, ", "")
        .replace("department: market", "department: tax")
        .replace("name: 健康证明", "name: 小店证明, result_of: shop-permit")
    )
    actions.publish_pack(SYSTEM, small_pack(tmp_path / "other", other))
    draft = begun(writer)
    health = {"id": "health", "name": "健康证明", "result_of": "other-permit", "basis": [{"law": "示例小店法"}]}
    materials = [one for one in draft.document["materials"] if one["id"] != "health"]
    actions.write(writer, draft.id, {**draft.document, "materials": [*materials, health]})
    with pytest.raises(Refused, match="OV303"):
        actions.submit(writer, draft.id, "改一改。")
