"""Who somebody is now: grants and holdings in force, masks for everybody, readings for the person."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from onevisit.access import Actor, Denied, Grant, Hidden
from onevisit.city import actions as cities
from onevisit.city import queries as city
from onevisit.core.identifiers import identify
from onevisit.identity import actions, queries
from onevisit.identity.models import Account, OfficerGrant, Person
from onevisit.identity.personal import Closed, purpose

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
PersonOf = Callable[[str], Person]
DISTRICT = "340302000000"


def test_an_applicant_is_a_person_and_acts_for_a_firm_if_the_account_says_so(actor_of: ActorOf, person_of: PersonOf) -> None:
    zhang, wang = actor_of("zhang-xiaoyue"), actor_of("wang-zhiyuan")
    assert (zhang.kind, zhang.person, zhang.organisation) == ("applicant", str(person_of("zhang-xiaoyue").public_id), "")
    assert zhang.name == "张**"
    assert queries.organisation(wang.organisation).name == "蚌埠示例商贸有限公司"
    assert zhang.grants == wang.grants == ()


def test_an_officers_grants_are_those_in_force(actor_of: ActorOf) -> None:
    chief = Grant("chief", "tax", DISTRICT)
    assert actor_of("wu-min").grants == (chief,)
    row, now = OfficerGrant.objects.get(role="chief"), settings.CLOCK()
    for since, until, held in (
        (now - timedelta(days=1), now - timedelta(seconds=1), ()),
        (now + timedelta(hours=1), None, ()),
        (now - timedelta(days=1), now + timedelta(hours=1), (chief,)),
    ):
        OfficerGrant.objects.filter(pk=row.pk).update(since=since, until=until)
        assert actor_of("wu-min").grants == held


def test_a_role_that_nobody_approved_is_none(actor_of: ActorOf) -> None:
    guard = str(Account.objects.get(login="you-jia").public_id)
    OfficerGrant.objects.filter(role="chief").update(given_by=guard, approved_by="")
    assert actor_of("wu-min").grants == ()


def test_an_account_that_was_closed_is_nobody(actor_of: ActorOf) -> None:
    Account.objects.filter(login="wu-min").update(is_active=False)
    assert actor_of("wu-min").kind == "anonymous"
    assert queries.actor(AnonymousUser()).id == ""
    assert queries.actor_of("").kind == "anonymous"
    assert queries.actor_of("system").kind == "system"


def test_what_one_holds_is_held_until_it_ends(actor_of: ActorOf) -> None:
    officer, task = actor_of("wu-min"), str(uuid4())
    actions.give_holding(officer.id, task, "case")
    actions.give_holding(officer.id, task, "case")
    assert actor_of("wu-min").holds == {task}
    actions.end_holding(officer.id, task)
    actions.end_holding(officer.id, task)
    assert actor_of("wu-min").holds == frozenset()
    actions.give_holding(officer.id, task, "ticket", settings.CLOCK() - timedelta(seconds=1))
    assert actor_of("wu-min").holds == frozenset()
    actions.give_holding(officer.id, task, "ticket", settings.CLOCK() + timedelta(hours=1))
    assert actor_of("wu-min").holds == {task}


def test_people_come_masked_and_strangers_see_nobody(actor_of: ActorOf, person_of: PersonOf) -> None:
    zhang = str(person_of("zhang-xiaoyue").public_id)
    seen = queries.person(actor_of("wu-min"), zhang)
    assert (seen.name, seen.phone) == ("张**", "154****0001")
    with pytest.raises(Hidden):
        queries.person(queries.actor(None), zhang)
    with pytest.raises(Hidden):
        queries.person(actor_of("wu-min"), str(uuid4()))


def test_many_people_cost_few_queries(actor_of: ActorOf, django_assert_max_num_queries: Callable[..., object]) -> None:
    chief = actor_of("wu-min")
    ids = [str(found) for found in Person.objects.values_list("public_id", flat=True)]
    with django_assert_max_num_queries(2):  # type: ignore[attr-defined]
        assert len(queries.people(chief, ids)) == len(ids)


def test_an_actor_costs_few_queries(actor_of: ActorOf, django_assert_max_num_queries: Callable[..., object]) -> None:
    account = Account.objects.select_related("person", "organisation").get(login="wu-min")
    with django_assert_max_num_queries(3):  # type: ignore[attr-defined]
        queries.actor(account)


def test_the_subject_of_an_inquiry_opens_inside_its_purpose_only(actor_of: ActorOf, person_of: PersonOf) -> None:
    zhang = str(person_of("zhang-xiaoyue").public_id)
    with pytest.raises(Closed):
        queries.applicant_for_sharing(zhang)
    with purpose(actor_of("zhang-xiaoyue"), "handle", subject=zhang, case=str(uuid4())):
        subject = queries.applicant_for_sharing(zhang)
    assert (subject.number, subject.number_kind, subject.name) == ("340300199408169025", "citizen", "张晓月")
    firm = queries.applicant_for_sharing(actor_of("wang-zhiyuan").organisation)
    assert (firm.number_kind, firm.name) == ("uscc", "蚌埠示例商贸有限公司")
    with pytest.raises(Hidden):
        queries.applicant_for_sharing(str(uuid4()))


def test_the_person_sees_who_looked_but_not_the_officers_name(actor_of: ActorOf, person_of: PersonOf) -> None:
    zhang, case = person_of("zhang-xiaoyue"), str(uuid4())
    with purpose(actor_of("wu-min"), "handle", subject=str(zhang.public_id), case=case):
        zhang.name.reveal()
        zhang.number.reveal()
    (seen,) = queries.readings_of(actor_of("zhang-xiaoyue"))
    assert (seen.institution, seen.role, seen.purpose) == ("龙子湖区税务局", "审批科长", "办理您的事项")
    assert (seen.fields, seen.case) == (("姓名", "证件号码"), case)
    assert "吴" not in str(seen)


def test_nobody_sees_who_looked_at_another(actor_of: ActorOf, person_of: PersonOf) -> None:
    zhang = str(person_of("zhang-xiaoyue").public_id)
    with pytest.raises(Hidden):
        queries.readings_of(actor_of("wang-zhiyuan"), zhang)
    with pytest.raises(Denied):
        queries.readings_of(actor_of("qin-lang"), zhang)


def test_officers_of_an_office_come_with_their_roles(actor_of: ActorOf) -> None:
    (chief,) = queries.officers("tax", DISTRICT)
    assert (chief.account, chief.roles, chief.name, chief.office) == (actor_of("wu-min").id, ("chief",), "吴*", "龙子湖区税务局")
    assert queries.officers("tax", "340300000000") == ()


def test_what_a_page_calls_an_applicant(actor_of: ActorOf) -> None:
    wang = actor_of("wang-zhiyuan")
    assert queries.shown_name(wang.organisation) == "蚌埠示例商贸有限公司"
    assert queries.shown_name(wang.person) == "王**"
    assert queries.shown_name(str(uuid4())) == ""


def test_the_demo_offers_those_who_have_an_account(demo_city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [row.key for row in queries.demo_accounts()] == ["zhang-xiaoyue", "wang-zhiyuan", "wu-min", "qin-lang", "you-jia"]
    monkeypatch.setattr(settings, "DEMO", False)
    assert queries.demo_accounts() == ()


def test_the_demos_people_are_made_up_rightly() -> None:
    people, today = queries.demo_people(), settings.CLOCK().date()
    assert len({row.key for row in people}) == len({row.number for row in people}) == len(people)
    for row in people:
        found = identify(row.number, "citizen", today)
        assert found.valid, row.key
        assert row.number.startswith("340300"), "a prefecture's own code is in nobody's number"
        assert row.note.startswith("演示")
        assert not row.phone or row.phone.startswith("154"), "a range that is not given out"
        assert not row.credit_code or identify(row.credit_code, "uscc", today).valid
        assert row.kind in {"applicant", "officer", "client", "person"}
        assert (row.kind == "officer") <= bool(row.department and row.division and row.role)


def test_every_person_of_the_demo_can_be_loaded(db: None) -> None:
    cities.found("340300")
    cities.furnish_demo("340300")
    points = cities.furnish_points(row.division for row in queries.demo_people() if "window" in row.role.split())
    assert points == cities.furnish_points(row.division for row in queries.demo_people() if "window" in row.role.split()) == 2
    assert [one.name for one in city.halls("340321100200")] == ["苏集村便民服务点"]
    count = actions.load_demo(queries.demo_people())
    assert count == sum(row.kind != "person" for row in queries.demo_people())
    assert actions.load_demo(queries.demo_people()) == count
    assert Person.objects.count() == len(queries.demo_people())
    assert city.office("tax", DISTRICT) is not None
