"""Wrapping keys: absent, loose, damaged or swapped ones are told apart, and nothing opens as garbage or plain text."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from onevisit.identity import keys
from onevisit.identity.models import DataKey, Person
from onevisit.identity.personal import Envelope, index
from onevisit.ledger import suite

pytestmark = pytest.mark.django_db
PersonOf = Callable[[str], Person]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty key folder of this test's own."""
    monkeypatch.setattr(settings, "KEYS", tmp_path / "keys")
    return tmp_path / "keys"


def put(path: Path, text: str, mode: int = 0o400) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def test_a_demo_makes_its_first_key_once(folder: Path) -> None:
    first = keys.wrapping()
    assert keys.wrapping() == first
    (made,) = folder.glob("wrapping-*")
    assert made.stat().st_mode & 0o777 == 0o400
    assert first[0].secret.hex() == made.read_text()


def test_outside_of_a_demo_no_key_is_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(suite.KeyMissing):
        keys.wrapping()
    assert not list(folder.glob("*"))


def test_beside_sealed_values_no_key_is_made(person_of: PersonOf, folder: Path) -> None:
    assert DataKey.objects.exists()
    with pytest.raises(suite.KeyMissing, match="不能另造"):
        keys.wrapping()
    assert not list(folder.glob("*"))


@pytest.mark.parametrize(
    ("text", "mode"), [("00" * 32, 0o440), ("00" * 32, 0o444), ("00" * 31, 0o400), ("no key at all", 0o400), ("", 0o400)]
)
def test_a_loose_or_damaged_file_is_refused(folder: Path, text: str, mode: int) -> None:
    put(folder / "wrapping-2026", text, mode)
    with pytest.raises(suite.KeyMissing):
        keys.wrapping()


def test_a_swapped_key_opens_nothing(person_of: PersonOf, folder: Path) -> None:
    put(folder / "wrapping-2026", "5a" * 32)
    row = Person.objects.earliest("pk")
    with pytest.raises(suite.KeyMissing, match="包裹密钥"):
        row.name.mask()


def test_an_older_key_still_opens_and_the_newest_wraps(person_of: PersonOf, folder: Path) -> None:
    for old in settings.VAR.glob("keys/wrapping-*"):
        put(folder / old.name, old.read_text())
    put(folder / "wrapping-2999", "5a" * 32)
    row = person_of("zhang-xiaoyue")
    assert row.name.mask() == "张**"
    owner = "11111111-1111-4111-8111-111111111111"
    Person(public_id=owner, owner_key=owner, name="新人")._meta.get_field("name").pre_save(
        made := Person(public_id=owner, owner_key=owner, name="新人"), True
    )
    assert isinstance(vars(made)["name"], Envelope)
    wrapped = bytes(DataKey.objects.get(owner=owner).wrapped)
    assert wrapped[2:6] == keys.wrapping()[-1].id


def test_a_new_wrapping_key_changes_no_index(person_of: PersonOf, folder: Path) -> None:
    for old in settings.VAR.glob("keys/wrapping-*"):
        put(folder / old.name, old.read_text())
    before = index("person.number", "x")
    put(folder / "wrapping-2999", "5a" * 32)
    assert index("person.number", "x") == before


def test_what_one_suite_sealed_opens_under_the_other(person_of: PersonOf, monkeypatch: pytest.MonkeyPatch) -> None:
    row = person_of("zhang-xiaoyue")
    for name in ("CURRENT", "SUITE_BYTE", "seal", "mac", "digest"):
        other = {"CURRENT": suite.INTL, "SUITE_BYTE": suite.INTL.byte}.get(name) or getattr(suite.INTL, name)
        monkeypatch.setattr(suite, name, other)
    assert row.name.mask() == "张**"
    row.name = "张晓星"
    row.save()
    row.refresh_from_db()
    assert bytes(vars(row)["name"])[1] == suite.INTL.byte
    monkeypatch.undo()
    assert row.name.mask() == "张**"
