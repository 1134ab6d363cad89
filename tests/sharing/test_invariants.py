"""Invariant 25 holds after every kind of inquiry, and notices what a superuser breaks."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from tests.sharing.asking import ITEM, Province, number

from onevisit.identity.models import Consent
from onevisit.ledger import invariants
from onevisit.sharing.invariants import INVARIANTS
from onevisit.sharing.models import Whitelist

Tampering = Callable[[], AbstractContextManager[None]]
MUTATIONS = (
    "DELETE FROM sharing_whitelist WHERE datum = 'area'",
    "UPDATE sharing_whitelist SET since = now() + interval '1 day' WHERE datum = 'area'",
    "UPDATE sharing_whitelist SET stopped_at = since - interval '1 day', since = since - interval '2 days' WHERE datum = 'area'",
    "UPDATE sharing_inquiry SET basis = '[]' WHERE state = 'answered' AND consents = '[]'",
    "UPDATE sharing_inquiry SET item = 'another-item'",
    "ALTER TABLE sharing_inquiry DROP CONSTRAINT inquiry_for_something; UPDATE sharing_inquiry SET purpose = ''",
    "ALTER TABLE sharing_inquiry DROP CONSTRAINT inquiry_for_something; UPDATE sharing_inquiry SET data = '[]'",
    "ALTER TABLE sharing_inquiry DROP CONSTRAINT answered_with_proof; UPDATE sharing_inquiry SET digest = NULL",
    "UPDATE sharing_inquiry SET signature = '{}' WHERE state = 'empty'",
    "UPDATE identity_consent SET withdrawn_at = given_at",
    "UPDATE identity_consent SET separate = false",
    "UPDATE sharing_inquiry SET consents = '[]' WHERE consents <> '[]'",
)


@pytest.fixture
def asked(province: Province) -> Province:
    """Inquiries that were answered, empty, down, wrong, and one by consent."""
    Whitelist.objects.filter(resource__word="civil.marriage").update(ground="separate", basis=[])
    given = settings.CLOCK() - timedelta(seconds=1)
    for datum in ("status", "spouse_name"):
        Consent.objects.create(
            subject=province.people["lin-ruoxi"], account="a", item=ITEM, datum=f"civil.marriage.{datum}", separate=True,
            text_version="1", via="portal", given_at=given,
        )  # fmt: skip
    assert province.inquire("civil.marriage", "lin-ruoxi").state == "answered"
    assert province.inquire().state == "answered"
    none = province.inquire("civil.kinship", "zhou-zihang", params={"other_number": number("chen-siyuan"), "relation": "spouse"})
    assert none.state == "empty"
    for mode, state in (("down", "down"), ("wrong_person", "wrong")):
        province.set(mode=mode)
        assert province.inquire().state == state
    return province


def test_it_holds_after_all_of_this(asked: Province) -> None:
    assert [(one.number, one.holds) for one in invariants.run(INVARIANTS)] == [(25, True)]


def test_it_notices_what_is_broken(asked: Province, tampering: Tampering) -> None:
    assert [sql for sql in MUTATIONS if not _is_noticed(sql, tampering)] == []


def _is_noticed(sql: str, tampering: Tampering) -> bool:
    with transaction.atomic():
        with tampering(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE sharing_whitelist DROP CONSTRAINT stopped_after_since")
            cursor.execute(sql)
        noticed = any(INVARIANTS[0].check())
        transaction.set_rollback(True)
    return noticed
