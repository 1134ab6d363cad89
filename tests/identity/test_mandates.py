"""Who accepts: general windows have their hall, an acceptor has his items, a document, a seal, and a time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings

from onevisit.access import SYSTEM, Grant, Refused, Target
from onevisit.city import queries as city
from onevisit.city.models import Hall
from onevisit.identity import actions, mandates, queries
from onevisit.identity.actions import grants
from onevisit.identity.models import Account

pytestmark = pytest.mark.django_db
DISTRICT = "340302000000"


def test_who_sits_at_a_general_window_has_his_hall_and_no_department(demo_city: None) -> None:
    row = next(one for one in queries.demo_people() if one.key == "he-ping")
    actions.load_demo([row])
    hall = city.halls(DISTRICT)[0].id
    assert queries.actor(Account.objects.get(login="he-ping")).grants == (Grant("window", hall=hall),)


def test_a_hall_is_needed_for_whoever_sits_in_it(demo_city: None) -> None:
    row = next(one for one in queries.demo_people() if one.key == "he-ping")
    Hall.objects.all().delete()
    with pytest.raises(Refused, match="没有政务服务大厅"):
        actions.load_demo([row])


def test_acceptance_is_entrusted_for_items_by_a_document_with_a_seal_and_for_a_time(
    demo_city: None, clock: Callable[[str], None]
) -> None:
    row = next(one for one in queries.demo_people() if one.key == "sun-yulan")
    named = mandates.DemoMandate("sun-yulan", "acceptor", ("stall",), "授权书1号", "受理专用章（1）")
    clock("2026-03-02T10:00")
    actions.load_demo([row])
    clerk = queries.actor(Account.objects.get(login="sun-yulan"))
    account = Account.objects.get(login="sun-yulan")
    ends = settings.CLOCK() + timedelta(days=10)
    new = grants.NewGrant(
        clerk.id, "acceptor", "tax", DISTRICT, named.items, until=ends, document=named.document, seal=named.seal
    )
    grants.proposed(SYSTEM, account.officer, new)
    on = Target("case", department="tax", division=DISTRICT, item="stall")
    found = mandates.mandate(clerk, on)
    assert found is not None
    assert (found.document, found.seal, found.until) == ("授权书1号", "受理专用章（1）", ends)
    assert mandates.mandate(clerk, replace(on, item="other")) is None
    assert mandates.mandate(clerk, replace(on, division="340303000000")) is None
    clock("2026-03-13T10:00")
    assert mandates.mandate(clerk, on) is None


def test_every_mandate_of_the_demo_is_somebodys() -> None:
    known = {row.key: row for row in queries.demo_people()}
    for one in mandates.demo_mandates():
        assert one.role in known[one.key].role.split()
        assert one.items
        assert "演示" in one.document
        assert "演示" in one.seal
