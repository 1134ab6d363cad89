"""Recording people, granting by two, consent, other systems; beside each success its refusals."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from onevisit.access import Actor, Denied, Grant, Hidden, Refused
from onevisit.core.identifiers import identify
from onevisit.identity import actions, queries
from onevisit.identity.actions import NewAccount, NewConsent, NewGrant, NewOfficer, NewPeer, NewPerson
from onevisit.identity.models import Account, Consent, OfficerGrant, Peer, Person
from onevisit.ledger.queries import events

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
NUMBER = "34030219900101004X"


def told(login: str) -> list[str]:
    """The kinds of events of an account."""
    return [event.kind for event in events(Account.objects.get(login=login).stream.public_id)]


def another() -> Actor:
    """A second security administrator."""
    return Actor("22222222-2222-4222-8222-222222222222", "officer", grants=(Grant("security-admin"),))


def test_a_person_is_recorded_once_whatever_the_writing(actor_of: ActorOf) -> None:
    admin = actor_of("qin-lang")
    first = actions.found_person(admin, NewPerson("钱一", " 34030219900101004x "))
    assert actions.found_person(admin, NewPerson("钱一", NUMBER)) == first
    assert queries.person_with(NUMBER) == first


def test_fifteen_digits_are_the_same_person_as_eighteen(actor_of: ActorOf) -> None:
    admin, old = actor_of("qin-lang"), "340302650101001"
    normal = identify(old, "citizen-15", settings.CLOCK().date()).normal or ""
    assert len(normal) == 18
    person = actions.found_person(admin, NewPerson("孙二", old, "citizen-15"))
    assert actions.found_person(admin, NewPerson("孙二", normal)) == person


@pytest.mark.parametrize("number", ["340302199001010041", "", "123", "340302199013010015"])
def test_a_wrong_number_is_refused_in_words(actor_of: ActorOf, number: str) -> None:
    before = Person.objects.count()
    with pytest.raises(Refused) as refusal:
        actions.found_person(actor_of("qin-lang"), NewPerson("钱一", number))
    assert refusal.value.code == "wrong-number"
    assert refusal.value.message
    assert Person.objects.count() == before


def test_only_a_system_administrator_records_people(actor_of: ActorOf) -> None:
    for login in ("zhang-xiaoyue", "wu-min", "you-jia"):
        with pytest.raises(Denied):
            actions.found_person(actor_of(login), NewPerson("钱一", NUMBER))


def test_an_account_is_opened_with_an_event_and_without_a_role(actor_of: ActorOf) -> None:
    admin = actor_of("qin-lang")
    person = actions.found_person(admin, NewPerson("钱一", NUMBER))
    account = actions.found_account(admin, NewAccount("qian", "officer", person))
    actions.found_officer(admin, NewOfficer(account, "tax", "340302000000", "审查人员"))
    assert actor_of("qian").grants == ()
    assert told("qian") == ["account.opened", "officer.appointed"]
    with pytest.raises(Refused, match="已被使用"):
        actions.found_account(admin, NewAccount("qian", "officer", person))
    with pytest.raises(Refused, match="没有部门"):
        actions.found_officer(admin, NewOfficer(account, "police", "340302000000", ""))


def test_an_applicants_account_belongs_to_a_person(actor_of: ActorOf) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.found_account(actor_of("qin-lang"), NewAccount("nobody", "applicant"))


def test_a_role_is_in_force_once_another_person_approved_it(actor_of: ActorOf) -> None:
    guard, chief = actor_of("you-jia"), actor_of("wu-min")
    granted = actions.grant(guard, NewGrant(chief.id, "reviewer", "tax", "340302000000"))
    assert len(actor_of("wu-min").grants) == 1
    with pytest.raises(Refused, match="另一人"):
        actions.approve_grant(guard, granted)
    actions.approve_grant(another(), granted)
    assert {grant.role for grant in actor_of("wu-min").grants} == {"chief", "reviewer"}
    with pytest.raises(Refused, match="已经有人批准"):
        actions.approve_grant(another(), granted)
    actions.end_grant(guard, granted)
    assert {grant.role for grant in actor_of("wu-min").grants} == {"chief"}
    assert told("wu-min")[-3:] == ["grant.proposed", "grant.given", "grant.ended"]


def test_the_database_knows_too_that_two_persons_grant(actor_of: ActorOf) -> None:
    guard = actor_of("you-jia")
    granted = actions.grant(guard, NewGrant(actor_of("wu-min").id, "reviewer"))
    with pytest.raises(IntegrityError, match="grant_by_two"), transaction.atomic():
        OfficerGrant.objects.filter(public_id=granted).update(approved_by=guard.id)


def test_nobody_else_grants(actor_of: ActorOf) -> None:
    chief = actor_of("wu-min")
    for login in ("wu-min", "qin-lang", "zhang-xiaoyue"):
        with pytest.raises(Denied):
            actions.grant(actor_of(login), NewGrant(chief.id, "chief"))
    with pytest.raises(Hidden):
        actions.grant(actor_of("you-jia"), NewGrant(actor_of("zhang-xiaoyue").id, "chief"))


def test_an_officer_who_leaves_can_do_nothing_more(actor_of: ActorOf) -> None:
    chief = actor_of("wu-min").id
    actions.end_officer(actor_of("you-jia"), chief)
    assert queries.actor_of(chief).kind == "anonymous"
    assert queries.officers("tax", "340302000000") == ()


def test_consent_is_given_once_and_taken_back(actor_of: ActorOf) -> None:
    zhang = actor_of("zhang-xiaoyue")
    new = NewConsent(zhang.person, "deed-tax", "housing.homes", "2026-1", separate=True)
    given = actions.give_consent(zhang, new)
    assert actions.give_consent(zhang, new) == given
    held = queries.consent_in_force(zhang.person, "deed-tax", "housing.homes")
    assert held is not None
    assert (held.id, held.separate) == (given, True)
    actions.withdraw_consent(zhang, given)
    actions.withdraw_consent(zhang, given)
    assert queries.consent_in_force(zhang.person, "deed-tax", "housing.homes") is None
    assert told("zhang-xiaoyue") == ["account.opened", "consent.given", "consent.withdrawn"]


def test_a_consent_to_a_new_text_replaces_the_old_one(actor_of: ActorOf) -> None:
    zhang = actor_of("zhang-xiaoyue")
    first = actions.give_consent(zhang, NewConsent(zhang.person, "deed-tax", "homes", "2026-1"))
    second = actions.give_consent(zhang, NewConsent(zhang.person, "deed-tax", "homes", "2026-2"))
    assert first != second
    assert {consent.id: consent.withdrawn_at is None for consent in queries.consents(zhang)} == {first: False, second: True}


def test_nobody_consents_for_another(actor_of: ActorOf) -> None:
    zhang, wang = actor_of("zhang-xiaoyue"), actor_of("wang-zhiyuan")
    given = actions.give_consent(zhang, NewConsent(zhang.person, "deed-tax", "homes", "2026-1"))
    with pytest.raises(Hidden):
        actions.give_consent(wang, NewConsent(zhang.person, "deed-tax", "homes", "2026-1"))
    with pytest.raises(Hidden):
        actions.withdraw_consent(wang, given)
    with pytest.raises(Denied):
        actions.withdraw_consent(actor_of("wu-min"), given)
    assert Consent.objects.get().withdrawn_at is None


def test_another_system_is_approved_by_another_person(actor_of: ActorOf) -> None:
    guard = actor_of("you-jia")
    actions.propose_peer(guard, NewPeer("province", "省平台", "share.example.cn", 443, "ah-2026"))
    with pytest.raises(Refused, match="另一人"):
        actions.approve_peer(guard, "province")
    with pytest.raises(IntegrityError, match="peer_by_two"), transaction.atomic():
        Peer.objects.update(approved_by=guard.id)
    with pytest.raises(Refused, match="已经登记"):
        actions.propose_peer(guard, NewPeer("province", "省平台", "other.example.cn", 443, "ah-2027"))
    assert told("you-jia")[-1] == "peer.proposed"


def test_demo_data_stay_in_a_demo(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(Refused, match="演示环境"):
        actions.load_demo(())
    with pytest.raises(Refused, match="演示环境"):
        actions.found_demo_peer("province", "省平台", 8101)
