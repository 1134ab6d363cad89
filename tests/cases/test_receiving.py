"""At a window, for whoever stands there: begun by the clerk who holds him, what he shows is written down, one draft in all."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from tests.cases import fair, ground

from onevisit.access import Actor, Denied, Grant, Hidden, Refused
from onevisit.cases import actions, counter, documents, queries
from onevisit.cases.actions import Visitor
from onevisit.cases.models import Case, Owed
from onevisit.identity.models import Reading
from onevisit.ledger import queries as ledger


def clerk(*holds: str, department: str = "market", division: str = ground.NEAR) -> Actor:
    """A window clerk who has these persons and cases in hand."""
    return replace(ground.officer("window", department, division), holds=frozenset(holds))


def general(*holds: str) -> Actor:
    """A clerk of a general window: of a hall, of no department."""
    return replace(clerk(*holds), grants=(Grant("window", hall=str(uuid4())),))


def begun(by: Actor, who: Actor, item: str = "stall", **answers: str) -> queries.CaseView:
    return actions.start_here(by, Visitor(who.person), item, ground.NEAR, answers)


def holding(by: Actor, case: str) -> Actor:
    return replace(by, holds=by.holds | {case})


def test_the_application_is_the_visitor_s_and_there_is_one(zhang: Actor) -> None:
    by = general(zhang.person)
    draft = begun(by, zhang, food="no")
    assert (draft.applicant, draft.stage) == (zhang.person, "draft")
    assert str(ground.row(draft.id).filed_by) == by.id
    assert begun(by, zhang).id == draft.id
    assert actions.start(zhang, "stall", ground.NEAR, {}).id == draft.id, "the web goes on with the same draft"
    assert Case.objects.count() == 1


def test_only_for_whom_he_holds_at_his_office_and_never_for_himself(zhang: Actor) -> None:
    with pytest.raises(Hidden):
        begun(general(), zhang)
    with pytest.raises(Hidden):
        begun(clerk(zhang.person, department="tax"), zhang)
    with pytest.raises(Denied):
        begun(replace(ground.officer("chief"), holds=frozenset({zhang.person})), zhang)
    with pytest.raises(Refused, match="自己或本单位"):
        begun(replace(general(zhang.person), person=zhang.person), zhang)
    assert not Case.objects.exists()


def test_a_firm_s_matter_is_begun_by_whoever_comes_for_it(city: None) -> None:
    boss = ground.firm()
    by = general(boss.person)
    draft = actions.start_here(by, Visitor(boss.person, boss.organisation), "stall", ground.NEAR, {})
    assert (draft.applicant, ground.row(draft.id).applicant_kind) == (boss.organisation, "organisation")


def test_the_clerk_types_and_the_applicant_sees_that_he_looked(zhang: Actor) -> None:
    by = general(zhang.person)
    draft = begun(by, zhang, food="no")
    with pytest.raises(Hidden):
        actions.save(by, draft.id, {"goods": "布鞋"})
    holder = holding(by, draft.id)
    version = actions.save(holder, draft.id, ground.TYPED)
    with pytest.raises(actions.Stale):
        actions.save(holder, draft.id, {"goods": "凉皮"}, version - 1)
    assert queries.contents(zhang, draft.id).values["goods"]["value"] == "手工布鞋"
    queries.contents(holder, draft.id)
    assert Reading.objects.filter(actor=by.id, subject=zhang.person, case=draft.id).exists()


def test_what_is_shown_is_written_down_and_counts(zhang: Actor) -> None:
    by = general(zhang.person)
    draft = begun(by, zhang, food="no")
    holder = holding(by, draft.id)
    actions.save(holder, draft.id, ground.TYPED)
    with pytest.raises(Refused, match="这些材料不用交"):
        actions.hand_in(holder, draft.id, {"health": "original"})
    with pytest.raises(Refused, match="不能这样交"):
        actions.hand_in(holder, draft.id, {"photo": "told"})
    for _ in range(2):
        actions.hand_in(holder, draft.id, {"photo": "both"})
    handed = queries.contents(zhang, draft.id).handed["photo"]
    assert (handed["how"], handed["by"]) == ("both", by.id)
    told = [e.data for e in ledger.events(str(ground.row(draft.id).stream.public_id)) if e.kind == "paper.shown"]
    assert told == [{"materials": {"photo": "both"}}], "twice the same is once"
    actions.receive(holder, draft.id)
    assert {one.name: one.state for one in documents.receipt(ground.row(draft.id)).materials} == {
        "摊位照片": "看过原件，留下复印件"
    }
    actions.hand_in(holder, draft.id, {"photo": ""})
    assert queries.contents(zhang, draft.id).handed == {}


def test_received_twice_it_is_received_once_and_the_receipt_is_there(zhang: Actor) -> None:
    by = general(zhang.person)
    draft = begun(by, zhang, food="no")
    holder = holding(by, draft.id)
    actions.save(holder, draft.id, ground.TYPED)
    for _ in range(2):
        counter.receive(holder, draft.id)
    assert ground.kinds(draft.id).count("case.received") == 1
    assert [one.kind for one in documents.papers(holder, draft.id) if one.kind == "receipt"] == ["receipt"]
    assert ground.row(draft.id).stage == "accepted"


def test_nothing_is_received_while_the_situation_is_unknown(zhang: Actor) -> None:
    by = general(zhang.person)
    draft = begun(by, zhang)
    with pytest.raises(Refused, match="卖不卖食品"):
        counter.receive(holding(by, draft.id), draft.id)
    assert ground.row(draft.id).stage == "draft"


def test_a_village_point_meets_what_its_level_accepts_and_nothing_else(zhang: Actor, tmp_path: Path) -> None:
    fair.offer(tmp_path)
    point = clerk(zhang.person, department="township", division=fair.VILLAGE)
    draft = actions.start_here(point, Visitor(zhang.person), "fair", fair.VILLAGE, {"night": "no"})
    assert ground.row(draft.id).place == fair.VILLAGE
    with pytest.raises(Hidden):
        actions.start_here(point, Visitor(zhang.person), "stall", fair.VILLAGE, {})
    with pytest.raises(Hidden):
        queries.case(clerk(draft.id, department="township", division=fair.TOWN), draft.id)
    holder = holding(point, draft.id)
    actions.save(holder, draft.id, {"where": fair.VILLAGE, "phone": "15400000001"})
    actions.hand_in(holder, draft.id, {"plan": "original"})
    actions.receive(holder, draft.id)
    actions.confirm(holder, draft.id, "identity", zhang.person)
    acceptor = replace(holder, grants=(*holder.grants, Grant("acceptor", "township", fair.VILLAGE, frozenset({"fair"}))))
    assert actions.accept(acceptor, draft.id).stage == "accepted"
    assert [one.material for one in Owed.objects.all()] == ["insurance"], "shown at the counter is not owed"


def test_an_acceptor_takes_and_accepts_only_what_his_mandate_names(zhang: Actor, tmp_path: Path) -> None:
    fair.offer(tmp_path)
    view = fair.filed(zhang)
    both = clerk(view.id, department="township", division=fair.VILLAGE)
    named = replace(both, grants=(Grant("acceptor", "township", fair.VILLAGE, frozenset({"fair"})),))
    other = replace(both, grants=(*both.grants, Grant("acceptor", "township", fair.VILLAGE, frozenset({"stall"}))))
    with pytest.raises(Hidden):
        actions.accept(other, view.id)
    actions.take(named, view.id)
    assert actions.accept(named, view.id).stage == "accepted"


def test_a_correction_is_taken_in_at_the_window(zhang: Actor, tmp_path: Path) -> None:
    fair.offer(tmp_path)
    view = fair.filed(zhang)
    acceptor = replace(fair.acceptor(), holds=frozenset({view.id}))
    faults = [actions.Fault("field:phone", "打不通", "换一个"), actions.Fault("material:plan", "看不清", "重新画")]
    actions.notify(acceptor, view.id, faults)
    with pytest.raises(Refused, match="没有要求补正"):
        actions.mend(acceptor, view.id, {"where": fair.VILLAGE})
    actions.mend(acceptor, view.id, {"phone": "15400000009"})
    ground.a_paper(acceptor, view.id, "plan")
    assert actions.correct(acceptor, view.id).stage == "received"
    assert queries.contents(zhang, view.id).values["phone"]["value"] == "15400000009"
    with pytest.raises(Hidden):
        actions.correct(replace(acceptor, holds=frozenset()), view.id)
