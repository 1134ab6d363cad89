"""Each invariant holds in a lived-in house, and notices when a superuser breaks it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction

from onevisit.access import SYSTEM, Actor
from onevisit.identity import actions, invariants
from onevisit.identity.models import Account, Consent, DataKey, Officer, OfficerGrant, Person, Reading
from onevisit.identity.personal import purpose
from onevisit.ledger.actions import Entry, append, open_stream
from onevisit.ledger.models import Event

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
PersonOf = Callable[[str], Person]
Tampering = Callable[[], AbstractContextManager[None]]
DISTRICT = "340302000000"


@pytest.fixture
def lived_in(actor_of: ActorOf, person_of: PersonOf) -> None:
    """Somebody looked, consented, acted."""
    zhang, chief = actor_of("zhang-xiaoyue"), actor_of("wu-min")
    row = person_of("zhang-xiaoyue")
    case = str(uuid4())
    actions.give_holding(chief.id, case, "task")
    with purpose(chief, "handle", subject=str(row.public_id), case=case):
        row.name.reveal()
    actions.give_consent(zhang, actions.NewConsent(zhang.person, "deed-tax", "homes", "2026-1"))
    acted(chief, {"department": "tax", "division": DISTRICT, "item": "deed-tax"})


def acted(actor: Actor, data: dict[str, str]) -> None:
    with transaction.atomic():
        append(open_stream("case"), actor, [Entry("case.decided", data)])


def execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def numbers() -> dict[int, Callable[[], object]]:
    return {one.number: lambda one=one: list(one.check()) for one in invariants.INVARIANTS}  # type: ignore[misc]


def test_all_hold_in_a_lived_in_house(lived_in: None) -> None:
    assert {number: check() for number, check in numbers().items()} == {4: [], 5: [], 23: [], 24: [], 26: [], 27: [], 34: []}


def test_24_notices_a_look_at_a_case_that_nobody_gave_him(lived_in: None, actor_of: ActorOf, person_of: PersonOf) -> None:
    chief, row = actor_of("wu-min"), person_of("zhang-xiaoyue")
    with purpose(chief, "handle", subject=str(row.public_id), case=str(uuid4()), reason="申请人来电询问"):
        row.name.reveal()
    assert numbers()[24]() == []
    with purpose(chief, "handle", subject=str(row.public_id), case=str(uuid4())):
        row.name.reveal()
    assert numbers()[24]() == [f"reading {Reading.objects.latest('pk').public_id}"]


def test_24_notices_a_look_after_the_case_was_given_back(lived_in: None, actor_of: ActorOf, person_of: PersonOf) -> None:
    chief, row, case = actor_of("wu-min"), person_of("zhang-xiaoyue"), str(uuid4())
    actions.give_holding(chief.id, case, "task")
    actions.end_holding(chief.id, case)
    execute("UPDATE identity_holding SET since = since - interval '2 hours', ended_at = ended_at - interval '1 hour' "
            "WHERE target = %s", case)  # fmt: skip
    with purpose(chief, "handle", subject=str(row.public_id), case=case):
        row.name.reveal()
    assert numbers()[24]() == [f"reading {Reading.objects.latest('pk').public_id}"]


@pytest.mark.parametrize(
    "data",
    [{"division": "340300000000"}, {"department": "police"}, {"department": "tax", "division": "340303000000"}],
)
def test_4_notices_an_act_beside_the_grant(lived_in: None, actor_of: ActorOf, data: dict[str, str]) -> None:
    acted(actor_of("wu-min"), data)
    assert len(list(invariants.acts_outside_grants())) == 1


def test_4_notices_an_act_on_another_item(lived_in: None, actor_of: ActorOf) -> None:
    OfficerGrant.objects.filter(role="chief").update(items=["deed-tax"])
    assert not list(invariants.acts_outside_grants())
    acted(actor_of("wu-min"), {"item": "other"})
    assert len(list(invariants.acts_outside_grants())) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"until": "past"},
        {"since": "future"},
        {"given_by": "33333333-3333-4333-8333-333333333333"},
    ],
)
def test_4_notices_an_act_without_a_grant_in_force(lived_in: None, change: dict[str, str]) -> None:
    moments = {"past": settings.CLOCK() - timedelta(days=1), "future": settings.CLOCK() + timedelta(days=1)}
    values = {name: moments.get(value, value) for name, value in change.items()}
    if "until" in values:
        values["since"] = values["until"]
    OfficerGrant.objects.filter(role="chief").update(**values)
    assert len(list(invariants.acts_outside_grants())) == 1


def test_4_lets_anybody_log_in_but_not_act(lived_in: None, actor_of: ActorOf) -> None:
    OfficerGrant.objects.filter(role="security-admin").delete()
    guard, account = actor_of("you-jia"), Account.objects.get(login="you-jia")
    with transaction.atomic():
        append(account.stream, guard, [Entry("account.entered")])
    assert not list(invariants.acts_outside_grants())
    acted(guard, {})
    assert len(list(invariants.acts_outside_grants())) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE identity_reading SET actor = '44444444-4444-4444-8444-444444444444'",
        "UPDATE identity_reading SET at = at + interval '1 day'",
        "UPDATE identity_reading SET via = ''",
        "UPDATE identity_reading SET fields = '{}'",
    ],
)
def test_23_notices_a_reading_that_was_tampered_with(lived_in: None, tampering: Tampering, statement: str) -> None:
    with tampering():
        execute(statement)
    assert list(invariants.incomplete_readings()) == [str(Reading.objects.get().public_id)]


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("reading_has_case_or_reason", '"case" = NULL'),
        ("reading_has_actor_and_role", "role = ''"),
        ("reading_names_fields", "fields = '[]'"),
    ],
)
def test_23_notices_what_a_dropped_constraint_lets_in(lived_in: None, tampering: Tampering, constraint: str, change: str) -> None:
    execute(f"ALTER TABLE identity_reading DROP CONSTRAINT {constraint}")
    with tampering():
        execute(f"UPDATE identity_reading SET {change}")
    assert len(list(invariants.incomplete_readings())) == 1


def test_26_notices_a_consent_without_a_channel(lived_in: None) -> None:
    execute("ALTER TABLE identity_consent DROP CONSTRAINT consent_has_text_and_channel")
    Consent.objects.update(via="")
    assert len(list(invariants.incomplete_consents())) == 1


def test_27_notices_a_flipped_byte(lived_in: None) -> None:
    first = Person.objects.earliest("pk").pk
    execute("UPDATE identity_person SET name = set_byte(name, 20, get_byte(name, 20) # 1) WHERE id = %s", first)
    assert list(invariants.badly_sealed()) == [f"person.name {first} does not open"]


def test_27_notices_a_copied_value(lived_in: None) -> None:
    execute("UPDATE identity_person SET phone = (SELECT phone FROM identity_person ORDER BY id DESC LIMIT 1)")
    assert len(list(invariants.badly_sealed())) == Person.objects.count() - 1


def test_27_notices_a_key_that_is_gone(lived_in: None, person_of: PersonOf) -> None:
    row = person_of("zhang-xiaoyue")
    DataKey.objects.filter(owner=row.public_id).delete()
    assert set(invariants.badly_sealed()) == {f"person.{column} {row.pk} unknown key" for column in ("name", "number", "phone")}


def test_27_notices_a_wrong_index(lived_in: None) -> None:
    row = Person.objects.earliest("pk")
    Person.objects.filter(pk=row.pk).update(number_index=b"\0" * 32)
    assert list(invariants.badly_sealed()) == [f"person {row.pk} index"]


@pytest.mark.parametrize("text", ["340300199408169025", "张晓月，340300199408169025。", "15400000001", "电话15400000001"])
def test_27_notices_a_value_in_clear_in_a_text(lived_in: None, text: str) -> None:
    Officer.objects.filter(account__login="wu-min").update(title=text)
    assert [found.partition(" ")[0] for found in invariants.badly_sealed()] == ["identity_officer.title"]


def test_27_notices_a_value_in_clear_in_an_event(lived_in: None) -> None:
    with transaction.atomic():
        append(open_stream("case"), SYSTEM, [Entry("case.told", {"to": ["15400000001"]})])
    assert "ledger_event.data" in {found.partition(" ")[0] for found in invariants.badly_sealed()}
    assert Event.objects.exists()


@pytest.mark.parametrize("text", ["340300199408169026", "15400000001.00", "a15400000001", "91340300DEM000014P", "154000000011"])
def test_27_leaves_other_digits_alone(lived_in: None, text: str) -> None:
    Officer.objects.filter(account__login="wu-min").update(title=text)
    assert list(invariants.badly_sealed()) == []


def test_34_notices_an_administrator_with_a_second_hat(lived_in: None) -> None:
    officer = Officer.objects.get(account__login="you-jia")
    for role in ("audit-admin", "chief"):
        extra = OfficerGrant.objects.create(officer=officer, role=role, since=settings.CLOCK(), given_by="system")
        assert list(invariants.mixed_administrators()) == [f"officer {officer.pk}"]
        extra.delete()


def test_34_notices_a_door_left_open(lived_in: None) -> None:
    Officer.objects.filter(account__login="wu-min").update(until=settings.CLOCK() - timedelta(days=1))
    account = Account.objects.get(login="wu-min")
    assert list(invariants.mixed_administrators()) == [f"account {account.public_id}"]
    Officer.objects.update(until=None)
    Account.objects.filter(pk=account.pk).update(demo=False, last_login=settings.REAL_CLOCK() - timedelta(days=91))
    assert list(invariants.mixed_administrators()) == [f"account {account.public_id}"]
