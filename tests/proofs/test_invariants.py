"""Invariants 19 and 20 hold on what people did, and name what was broken: each mutation is caught."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.catalogue import town
from tests.proofs import land
from tests.proofs.land import EDITOR, PUBLISHER

from onevisit.access import SYSTEM, Refused
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue import packs, revisions
from onevisit.catalogue.actions import publishing
from onevisit.catalogue.models import RegisterEntry, Standard
from onevisit.ledger.actions import open_stream
from onevisit.proofs import actions, queries
from onevisit.proofs.actions import Proposal
from onevisit.proofs.invariants import INVARIANTS
from onevisit.proofs.models import FallbackAsk, Outage, Proof, ProofReview

Tampering = Callable[[], AbstractContextManager[None]]


def offenders(number: int) -> list[str]:
    """What a check in a process of its own would find."""
    revisions.forget()
    queries._worked_out.cache_clear()
    return [one for invariant in INVARIANTS if invariant.number == number for one in invariant.check()]


def decided(key: str, proposal: Proposal) -> None:
    actions.propose(EDITOR, key, proposal)
    review = queries.proof(EDITOR, key).open
    assert review is not None
    actions.decide(PUBLISHER, review.id, "accepted")


def rewritten(tampering: Tampering, before: str, after: str) -> None:
    row = Standard.objects.get()
    assert before in row.definition
    with tampering():
        Standard.objects.update(definition=row.definition.replace(before, after))


def test_both_hold_on_what_is_published_and_decided(asked: str) -> None:
    assert (offenders(19), offenders(20)) == ([], [])
    decided(asked, Proposal("keep", "依法要有。"))
    assert (offenders(19), offenders(20)) == ([], [])


def test_they_hold_on_the_house_s_own_packs(db: None) -> None:
    town.small_city()
    town.all_departments()
    for path in sorted(settings.PACKS.iterdir()):
        catalogue.publish_pack(SYSTEM, replace(packs.load(path), offers=()))
    assert Standard.objects.count() > 30
    assert (offenders(19), offenders(20)) == ([], [])


def test_what_sharing_gives_and_what_is_called_other_is_named(asked: str, tampering: Tampering) -> None:
    rewritten(tampering, '"source": "shared:police.person", ', "")
    assert offenders(19) == ["standard shop-permit county: “居民身份证”能由共享数据“人口基本信息”提供，却向申请人要。"]
    rewritten(tampering, '"name": "居民身份证"', '"name": "其他材料"')
    (found,) = offenders(19)
    assert "其他材料" in found


def test_an_outage_that_nobody_met_and_an_ask_before_the_call_are_named(db: None, tampering: Tampering) -> None:
    now = settings.CLOCK()
    row = Outage.objects.create(
        stream=open_stream("outage"), source="shared:civil.marriage", name="婚姻登记信息", provider="civil-affairs", since=now
    )
    assert offenders(19) == [f"outage {row.public_id} was recorded for nobody"]
    ask = FallbackAsk.objects.create(
        outage=row, case=row.public_id, material="m", asked_by="clerk", asked_at=now, inquiry=row.public_id, failed_at=now
    )
    assert offenders(19) == []
    for change in ({"asked_by": ""}, {"failed_at": now + timedelta(hours=1)}):
        with tampering(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE proofs_fallbackask DROP CONSTRAINT IF EXISTS fallback_after_the_call_failed")
            FallbackAsk.objects.update(**change)
        assert offenders(19) == [f"ask {ask.pk} names no failed call before it"]
        with tampering():
            FallbackAsk.objects.update(asked_by="clerk", failed_at=now)


def test_a_state_that_no_review_gave_is_named(asked: str) -> None:
    decided(asked, Proposal("keep", "依法要有。"))
    Proof.objects.update(state="open")
    assert offenders(20) == [f"proof {asked} is open, its reviews say kept"]


def test_a_decision_by_the_proposer_is_named(asked: str, tampering: Tampering) -> None:
    decided(asked, Proposal("keep", "依法要有。"))
    with tampering(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE proofs_proofreview DROP CONSTRAINT proof_review_by_another")
        ProofReview.objects.update(decided_by=EDITOR.id)
    assert offenders(20) == [f"proof {asked} was decided by whoever proposed it"]


def test_a_kept_proof_that_lost_its_basis_is_named(asked: str, tampering: Tampering) -> None:
    decided(asked, Proposal("keep", "依法要有。"))
    rewritten(tampering, '"basis": [{"law": "示例小店法", "article": "第四条"}]', '"basis": []')
    assert offenders(20) == [f"proof {asked} is kept without a legal basis"]


def test_a_cancelled_proof_is_found_where_it_is_still_asked_a_working_day_later(
    asked: str, clock: Callable[[str], None], tmp_path: Path
) -> None:
    clock("2026-03-06T16:00")
    decided(asked, Proposal("upper", "上级已经取消。"))
    clock("2026-03-09T16:00")
    assert offenders(20) == [], "Friday to Monday is one working day"
    clock("2026-03-10T16:00")
    assert offenders(20) == [f"proof {asked} is cancelled and still asked for by shop-permit"]
    catalogue.publish_pack(SYSTEM, town.small_pack(tmp_path / "mended", land.WITHOUT))
    assert offenders(20) == []


def test_a_circle_over_two_packs_is_refused_and_named_where_it_stands(
    asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = land.TEXT.replace("issued_by: health", "result_of: other-permit")
    catalogue.publish_pack(SYSTEM, town.small_pack(tmp_path / "first", first))
    other = land.TEXT.replace("key: shop-permit", "key: other-permit").replace("小店经营许可", "健康许可")
    other = other.replace("issued_by: health", "result_of: shop-permit").replace("licence: shop-permit, ", "")
    second = town.small_pack(tmp_path / "second", other)
    with pytest.raises(Refused, match="OV303"):
        catalogue.publish_pack(SYSTEM, second)
    monkeypatch.setattr(publishing, "_lint", lambda pack: None)
    catalogue.publish_pack(SYSTEM, second)
    assert offenders(20) == ["circle of shop-permit other-permit"]
    RegisterEntry.objects.all().delete()
    assert queries.circles()[0].ordered
