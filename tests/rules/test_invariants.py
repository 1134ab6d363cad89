"""Row 33: every run replays; what was changed behind the house's back is named."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from onevisit.access import SYSTEM
from onevisit.catalogue import packs
from onevisit.core.tables import Fact
from onevisit.identity.models import DataKey
from onevisit.ledger.invariants import Finding, run
from onevisit.rules import actions, invariants
from onevisit.rules.models import Run

PACK = Path(__file__).parents[2] / "packs" / "deed-tax"
HOME = {
    "act": "purchase", "object": "home", "buyer": "person", "family_homes": 0, "area": "140.00", "price": "2800000.00",
    "vat": "excluded", "contract_date": "2026-03-01",
}  # fmt: skip
ENDS = (HOME, {**HOME, "area": "140.01"}, {"act": "gift"}, {**HOME, "family_homes": None}, {**HOME, "price": "x"})


@pytest.fixture
def runs(committed):
    actions.load_pack(SYSTEM, packs.load(PACK))
    for facts in ENDS:
        told = {name: Fact(value) for name, value in facts.items()}
        actions.run(SYSTEM, case=str(uuid4()), rule="deed-tax", facts=told, on=date(2026, 3, 2))


def checked() -> Finding:
    (finding,) = run(invariants.INVARIANTS, only={33})
    return finding


def test_every_run_replays(runs):
    assert sorted(Run.objects.values_list("outcome", flat=True)) == ["grant", "grant", "human", "human", "human"]
    assert checked().holds


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"result": {"rate": "1", "payable": "0.01", "row": "H11"}}, "result"),
        ({"facts_hash": "sha256:0"}, "facts"),
        ({"on": date(2026, 2, 1)}, "outcome"),
        ({"reasons": []}, "reasons"),
        ({"outcome": "refuse"}, "outcome"),
    ],
)
def test_a_run_changed_behind_the_house_s_back_is_named(runs, tampering, change, names):
    one = Run.objects.get(result__row="H11")
    with tampering():
        Run.objects.filter(pk=one.pk).update(**change)
    (offender,) = checked().offenders
    assert offender.startswith(f"run {one.public_id}: ")
    assert names in offender


def test_what_was_erased_with_its_case_can_t_be_replayed_and_offends_nobody(runs, tampering):
    with tampering():
        DataKey.objects.filter(owner=Run.objects.first().case).delete()
    assert checked().holds
