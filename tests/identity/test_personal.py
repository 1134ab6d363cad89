"""Personal values are sealed, open only for a purpose, and each opening is a row that the person sees."""

import contextlib
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, InternalError, connection, transaction

from onevisit.access import ANONYMOUS, SYSTEM, Actor
from onevisit.identity import queries
from onevisit.identity.models import DataKey, Person, Reading
from onevisit.identity.personal import Closed, Envelope, Erased, Sealed, index, key_number, purpose
from onevisit.ledger import suite

pytestmark = pytest.mark.django_db
PersonOf = Callable[[str], Person]
ActorOf = Callable[[str], Actor]
NUMBER = "340300199408169025"


def raw(column: str, row: Person) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM identity_person WHERE id = %s", [row.pk])
        return bytes(cursor.fetchone()[0])


def test_the_database_holds_no_plain_value(person_of: PersonOf) -> None:
    row = person_of("zhang-xiaoyue")
    for column, plain in (("name", "张晓月"), ("number", NUMBER), ("phone", "15400000001")):
        assert plain.encode() not in raw(column, row)
    assert len(raw("number", row)) == 52, "version 1, suite 1, key id 4, nonce 12, 18 characters, tag 16"


def test_a_value_opens_only_inside_a_purpose(person_of: PersonOf, actor_of: ActorOf) -> None:
    row, officer = person_of("zhang-xiaoyue"), actor_of("wu-min")
    with pytest.raises(Closed):
        row.name.reveal()
    with purpose(officer, "handle", subject=str(row.public_id), case=str(uuid4())):
        assert (row.name.reveal(), row.number.reveal()) == ("张晓月", NUMBER)
    with pytest.raises(Closed):
        row.name.reveal()


def test_one_page_leaves_one_reading_with_its_fields(person_of: PersonOf, actor_of: ActorOf) -> None:
    row, officer, case = person_of("zhang-xiaoyue"), actor_of("wu-min"), uuid4()
    with purpose(officer, "handle", subject=str(row.public_id), case=str(case)):
        for _ in range(3):
            row.name.reveal()
        row.number.reveal()
    reading = Reading.objects.get()
    assert reading.fields == ["person.name", "person.number"]
    assert (reading.actor, reading.role, reading.purpose, reading.case) == (officer.id, "chief", "handle", case)
    assert (reading.department, reading.division) == ("tax", "340302000000")


def test_a_purpose_that_opens_nothing_leaves_nothing(person_of: PersonOf, actor_of: ActorOf) -> None:
    with purpose(actor_of("wu-min"), "audit", subject=str(person_of("zhang-xiaoyue").public_id), reason="抽查"):
        pass
    assert not Reading.objects.exists()


def test_an_opening_that_ends_in_an_error_is_written_too(person_of: PersonOf, actor_of: ActorOf) -> None:
    row = person_of("zhang-xiaoyue")
    with contextlib.suppress(ZeroDivisionError), purpose(actor_of("wu-min"), "serve", subject=str(row.public_id), reason="窗口"):
        _ = row.phone.reveal(), 1 / 0
    assert Reading.objects.get().fields == ["person.phone"]


def test_a_broken_transaction_says_what_broke_it(person_of: PersonOf, actor_of: ActorOf) -> None:
    row, officer = person_of("zhang-xiaoyue"), actor_of("wu-min")
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        purpose(officer, "serve", subject=str(row.public_id), reason="窗口"),
    ):
        _ = (
            row.phone.reveal(),
            Reading.objects.create(actor="", role="", fields=[], via="", subject=row.public_id, at=row.created_at),
        )
    assert not Reading.objects.exists()


def test_the_reading_goes_with_the_transaction(person_of: PersonOf, actor_of: ActorOf) -> None:
    row = person_of("zhang-xiaoyue")
    with transaction.atomic():
        with purpose(actor_of("wu-min"), "serve", subject=str(row.public_id), reason="窗口"):
            row.phone.reveal()
        assert Reading.objects.exists()
        transaction.set_rollback(True)
    assert not Reading.objects.exists()


def test_a_purpose_speaks_of_one_person(person_of: PersonOf, actor_of: ActorOf) -> None:
    zhang, wang = person_of("zhang-xiaoyue"), person_of("wang-zhiyuan")
    with purpose(actor_of("wu-min"), "handle", subject=str(zhang.public_id), case=str(uuid4())), pytest.raises(Closed):
        wang.name.reveal()
    assert not Reading.objects.exists()


@pytest.mark.parametrize("code", ["handle", "verify", "serve", "supervise", "appeal", "audit"])
def test_every_purpose_but_ones_own_needs_a_case_or_a_reason(person_of: PersonOf, actor_of: ActorOf, code: str) -> None:
    subject = str(person_of("zhang-xiaoyue").public_id)
    with pytest.raises(Closed), purpose(actor_of("wu-min"), code, subject=subject):
        pass


def test_nobody_without_a_log_in_has_a_purpose(person_of: PersonOf) -> None:
    with pytest.raises(Closed), purpose(ANONYMOUS, "serve", subject=str(person_of("zhang-xiaoyue").public_id), reason="x"):
        pass


def test_an_unknown_purpose_is_none(person_of: PersonOf, actor_of: ActorOf) -> None:
    with pytest.raises(ValueError, match="curious"), purpose(actor_of("wu-min"), "curious", subject=str(uuid4()), reason="x"):
        pass


def test_ones_own_values_are_seen_without_a_reading_and_nobody_elses(person_of: PersonOf, actor_of: ActorOf) -> None:
    zhang = actor_of("zhang-xiaoyue")
    assert queries.own(zhang).number == NUMBER
    assert queries.own_masks(zhang).name == "张**"
    with purpose(zhang, "handle", subject=zhang.person, case=str(uuid4())):
        queries.opened(zhang.person)
    assert not Reading.objects.exists()
    with pytest.raises(Closed), purpose(zhang, "own", subject=str(person_of("wang-zhiyuan").public_id)):
        pass


def test_an_officer_leaves_a_reading_of_himself_too(person_of: PersonOf, actor_of: ActorOf) -> None:
    chief = actor_of("wu-min")
    with purpose(chief, "handle", subject=chief.person, case=str(uuid4())):
        queries.opened(chief.person)
    assert Reading.objects.get().actor == chief.id


def test_the_house_itself_leaves_readings_too(person_of: PersonOf) -> None:
    row = person_of("zhang-xiaoyue")
    with purpose(SYSTEM, "verify", subject=str(row.public_id), case=str(uuid4())):
        row.number.reveal()
    assert (Reading.objects.get().actor, Reading.objects.get().role) == ("system", "system")


def test_masks_need_no_purpose(person_of: PersonOf) -> None:
    row = person_of("zhang-xiaoyue")
    assert (row.name.mask(), row.phone.mask()) == ("张**", "154****0001")
    assert row.number.mask() == "3" + "*" * 16 + "5"
    assert not Reading.objects.exists()


def test_printing_a_sealed_value_shows_nothing(person_of: PersonOf) -> None:
    row = person_of("zhang-xiaoyue")
    fresh = Person(public_id=row.public_id, owner_key=row.public_id, name="李四")
    assert isinstance(fresh.name, Sealed)
    for value in (row.name, fresh.name):
        assert {"张", "李"}.isdisjoint(f"{value} {value!r}")


def test_a_copied_value_does_not_open(person_of: PersonOf, actor_of: ActorOf) -> None:
    zhang, wang = person_of("zhang-xiaoyue"), person_of("wang-zhiyuan")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_person SET name = number, phone = %s WHERE id = %s", [raw("phone", wang), zhang.pk])
    zhang.refresh_from_db()
    with purpose(actor_of("wu-min"), "handle", subject=str(zhang.public_id), case=str(uuid4())):
        with pytest.raises(suite.Unopened):
            zhang.name.reveal()
        with pytest.raises(suite.Unopened):
            zhang.phone.reveal()


def test_any_flipped_byte_is_found(person_of: PersonOf, actor_of: ActorOf) -> None:
    row = person_of("zhang-xiaoyue")
    sealed = raw("number", row)
    with purpose(actor_of("wu-min"), "handle", subject=str(row.public_id), case=str(uuid4())):
        for place in (0, 1, *range(6, len(sealed))):
            changed = bytearray(sealed)
            changed[place] ^= 1
            vars(row)["number"] = Envelope(bytes(changed))
            with pytest.raises(suite.Unopened):
                row.number.reveal()


def test_a_changed_value_is_sealed_anew(person_of: PersonOf, actor_of: ActorOf) -> None:
    row = person_of("zhang-xiaoyue")
    before = raw("phone", row)
    row.phone = "15400009999"
    row.save(update_fields=["phone"])
    assert raw("phone", row) != before
    row.save()
    row.refresh_from_db()
    with purpose(actor_of("wu-min"), "handle", subject=str(row.public_id), case=str(uuid4())):
        assert row.phone.reveal() == "15400009999"


def test_saving_another_field_keeps_the_envelope(person_of: PersonOf) -> None:
    row = person_of("zhang-xiaoyue")
    before = raw("name", row)
    row.demo = False
    row.save()
    assert raw("name", row) == before


def test_a_value_that_was_not_loaded_is_fetched_when_asked(person_of: PersonOf) -> None:
    row = Person.objects.only("pk").get(pk=person_of("zhang-xiaoyue").pk)
    assert row.name.mask() == "张**"


@pytest.mark.parametrize("lookup", [{"name": "张晓月"}, {"name__contains": "张"}, {"number__in": [NUMBER]}])
def test_the_database_compares_no_sealed_value(db: None, lookup: dict[str, object]) -> None:
    with pytest.raises((FieldError, TypeError)):
        list(Person.objects.filter(**lookup))


def test_a_plain_value_cannot_slip_in_by_an_update(person_of: PersonOf) -> None:
    with pytest.raises(TypeError):
        Person.objects.filter(pk=person_of("zhang-xiaoyue").pk).update(name="李四")


def test_a_person_is_found_by_the_index_of_the_number(person_of: PersonOf) -> None:
    assert queries.person_with(NUMBER) == str(person_of("zhang-xiaoyue").public_id)
    assert queries.person_with("340300199408169026") == ""
    assert queries.person_with(NUMBER, "passport") == ""


def test_an_index_says_nothing_across_domains(db: None) -> None:
    one, other = index("person.number", NUMBER), index("person.phone", NUMBER)
    assert len(one) == 32
    assert one != other
    assert one == index("person.number", NUMBER)


def test_the_same_number_twice_is_refused_by_the_database(person_of: PersonOf) -> None:
    row = person_of("zhang-xiaoyue")
    twin = uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(
            public_id=twin, owner_key=twin, name="张晓月", number=NUMBER, number_kind="citizen",
            number_index=bytes(row.number_index), created_at=row.created_at,
        )  # fmt: skip


def test_each_person_has_a_key_and_erasing_it_erases_the_values(person_of: PersonOf, actor_of: ActorOf) -> None:
    row = person_of("zhang-xiaoyue")
    assert key_number(raw("name", row)) == DataKey.objects.get(owner=row.public_id).pk
    DataKey.objects.filter(owner=row.public_id).delete()
    assert row.name.mask() == "已删除"
    with purpose(actor_of("wu-min"), "handle", subject=str(row.public_id), case=str(uuid4())), pytest.raises(Erased):
        row.name.reveal()


@pytest.mark.parametrize(
    "statement", ["UPDATE identity_reading SET role = 'x'", "DELETE FROM identity_reading", "TRUNCATE identity_reading"]
)
def test_readings_only_grow(person_of: PersonOf, actor_of: ActorOf, statement: str) -> None:
    row = person_of("zhang-xiaoyue")
    with purpose(actor_of("wu-min"), "serve", subject=str(row.public_id), reason="窗口"):
        row.name.reveal()
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Reading.objects.count() == 1
