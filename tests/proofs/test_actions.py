"""A proof is reviewed by two people; what was cancelled is found in lint, in the search, and wherever it is still asked for."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from tests.catalogue import town
from tests.proofs import land
from tests.proofs.land import BOTH, EDITOR, PUBLISHER

from onevisit.access import ANONYMOUS, SYSTEM, Denied, Hidden, Refused
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue import queries as offered
from onevisit.catalogue.models import RegisterEntry
from onevisit.ledger.actions import open_stream
from onevisit.ledger.models import Event
from onevisit.proofs import actions, queries
from onevisit.proofs.actions import KEEP, Proposal
from onevisit.proofs.eight import EIGHT
from onevisit.proofs.models import Proof, ProofReview
from onevisit.proofs.queries import Sifted

CANCEL = Proposal("network", "卫生部门已经共享体检结果。", "共享数据“健康检查结果”")
KEPT = Proposal(KEEP, "食品从业人员依法要有健康证明。")


def review_of(key: str) -> str:
    found = queries.proof(EDITOR, key).open
    assert found is not None
    return found.id


def test_who_asks_and_who_issues_is_derived(asked: str) -> None:
    (one,) = queries.register()
    assert (one.entry.key, one.entry.name, one.entry.issuer_name, one.state_name) == (
        asked,
        "健康证明",
        "卫生健康委员会",
        "待审查",
    )
    assert [(a.item, a.level_name, a.places, a.basis) for a in one.entry.askers] == [
        ("shop-permit", "县级", 1, "《示例小店法》第四条")
    ]
    assert Proof.objects.count() == 0, "nothing is written down before somebody reviews it"


def test_one_proposes_another_decides_and_the_city_knows(asked: str) -> None:
    proposed = actions.propose(EDITOR, asked, CANCEL)
    assert (proposed.state, proposed.open and proposed.open.rule and proposed.open.rule.id) == ("review", "network")
    assert queries.register(queries.Sifted(state="review"))[0].entry.key == asked
    decided = actions.decide(PUBLISHER, review_of(asked), "accepted")
    assert (decided.state, decided.open) == ("cancelled", None)
    (entry,) = offered.register().cancelled
    assert (entry.name, entry.by, entry.instead) == ("健康证明", "本市", CANCEL.instead)
    (reply,) = offered.replied("健康证明去哪开")
    assert reply.text == "不再需要，因为能通过网络核验的一律取消：卫生部门已经共享体检结果。改用：共享数据“健康检查结果”。"
    kinds = list(Event.objects.filter(kind__startswith="proof.").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["proof.proposed", "proof.struck", "proof.decided"]


def test_an_item_that_still_asks_is_work_to_do_and_cannot_be_published_again(asked: str, tmp_path: Path) -> None:
    actions.propose(EDITOR, asked, CANCEL)
    actions.decide(PUBLISHER, review_of(asked), "accepted")
    (left,) = [one for one in queries.register() if one.still_asked]
    assert [one.item for one in left.still_asked] == ["shop-permit"]
    assert "upper" in [one.rule.id for one in left.entry.against]
    with pytest.raises(Refused, match="OV305"):
        catalogue.publish_pack(SYSTEM, town.small_pack(tmp_path / "again", land.TEXT.replace("五个工作日以内", "五天以内")))
    catalogue.publish_pack(SYSTEM, town.small_pack(tmp_path / "mended", land.WITHOUT))
    assert not any(one.still_asked for one in queries.register())
    assert queries.proof(EDITOR, asked).state == "cancelled"


def test_nobody_decides_on_his_own_proposal(asked: str) -> None:
    actions.propose(BOTH, asked, CANCEL)
    with pytest.raises(Refused, match="另一人"):
        actions.decide(BOTH, review_of(asked), "accepted")
    actions.decide(PUBLISHER, review_of(asked), "accepted")
    row = ProofReview.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProofReview.objects.filter(pk=row.pk).update(decided_by=row.proposed_by)


def test_who_may_not_is_told(asked: str) -> None:
    for actor in (ANONYMOUS, PUBLISHER):
        with pytest.raises(Denied):
            actions.propose(actor, asked, CANCEL)
    with pytest.raises(Denied):
        queries.proof(ANONYMOUS, asked)
    actions.propose(EDITOR, asked, CANCEL)
    with pytest.raises(Denied):
        actions.decide(EDITOR, review_of(asked), "accepted")
    with pytest.raises(Hidden):
        actions.propose(EDITOR, "0" * 16, CANCEL)
    with pytest.raises(Hidden):
        actions.decide(PUBLISHER, "00000000-0000-0000-0000-000000000000", "accepted")


@pytest.mark.parametrize(
    ("proposal", "code"),
    [
        (Proposal("", "理由"), "no-rule"),
        (Proposal("upper", " "), "no-evidence"),
        (Proposal("network", "理由"), "no-replacement"),
        (Proposal("upper", "长" * 501), "too-long"),
    ],
)
def test_a_proposal_says_all_that_it_must(asked: str, proposal: Proposal, code: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.propose(EDITOR, asked, proposal)
    assert (refused.value.code, bool(refused.value.way_out)) == (code, True)
    assert ProofReview.objects.count() == 0


def test_what_has_no_basis_cannot_be_kept(db: None, tmp_path: Path) -> None:
    land.small_city()
    land.offered(tmp_path)
    row = Proof.objects.create(stream=open_stream("proof"), key="f" * 16, name="没人要的证明", changed_at=settings.CLOCK())
    with pytest.raises(Refused, match="不能保留"):
        actions.propose(EDITOR, row.key, KEPT)


def test_a_kept_proof_is_on_the_list_with_basis_and_whoever_asks(asked: str) -> None:
    actions.propose(EDITOR, asked, KEPT)
    with pytest.raises(Refused, match="在等决定"):
        actions.propose(EDITOR, asked, CANCEL)
    actions.decide(PUBLISHER, review_of(asked), "accepted", "依据还在。")
    (line,) = queries.listed("kept-proofs")
    assert (line.name, line.issuer, line.items, line.basis) == (
        "健康证明", "卫生健康委员会", ("小店经营许可",), ("《示例小店法》第四条",),
    )  # fmt: skip
    assert queries.listed("kept-proofs", "town") == ()
    assert queries.listed("kept-proofs", "county", "市场监督管理局") == (line,)
    assert queries.unreviewed() == 0


def test_a_rejection_needs_words_and_leaves_things_as_they_were(asked: str) -> None:
    actions.propose(EDITOR, asked, CANCEL)
    with pytest.raises(Refused, match="理由"):
        actions.decide(PUBLISHER, review_of(asked), "rejected", " ")
    actions.decide(PUBLISHER, review_of(asked), "rejected", "还不能核验。")
    assert queries.proof(EDITOR, asked).state == "open"
    assert not RegisterEntry.objects.filter(kind="cancelled").exists()
    row = ProofReview.objects.get()
    with pytest.raises(Refused, match="已经决定"):
        actions.decide(PUBLISHER, str(row.public_id), "accepted")


def test_what_was_cancelled_by_mistake_is_kept_again_and_no_reply_is_left(asked: str) -> None:
    actions.propose(EDITOR, asked, CANCEL)
    actions.decide(PUBLISHER, review_of(asked), "accepted")
    with pytest.raises(Refused, match="已经取消了"):
        actions.propose(EDITOR, asked, CANCEL)
    actions.propose(EDITOR, asked, KEPT)
    assert queries.proof(EDITOR, asked).state == "review"
    actions.decide(PUBLISHER, review_of(asked), "accepted")
    assert queries.proof(EDITOR, asked).state == "kept"
    assert offered.register().cancelled == ()
    assert offered.replied("健康证明去哪开") == ()
    assert len(queries.proof(EDITOR, asked).reviews) == 2


def test_a_review_keeps_its_evidence_and_is_never_deleted_or_changed(asked: str) -> None:
    actions.propose(EDITOR, asked, CANCEL)
    actions.decide(PUBLISHER, review_of(asked), "accepted")
    row = ProofReview.objects.get()
    assert [one["rule"] for one in row.evidence] == [one.id for one in EIGHT]
    assert row.asked[0]["item_name"] == "小店经营许可"
    for change in ({"why": "别的"}, {"outcome": "rejected"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProofReview.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProofReview.objects.filter(pk=row.pk).delete()


def test_two_proofs_of_one_name_are_not_cancelled_together(db: None, tmp_path: Path) -> None:
    land.small_city()
    other = land.ASKS.replace("id: health,", "id: other,").replace("issued_by: health", "issued_by: 示例医院")
    land.offered(tmp_path, land.TEXT.replace(land.ASKS, f"{land.ASKS}\n{other}"))
    with pytest.raises(Refused, match="示例医院开具的证明也叫"):
        actions.propose(EDITOR, land.PROOF, CANCEL)


def test_the_cancelled_list_holds_what_the_country_cancelled_too(asked: str) -> None:
    before = queries.listed("cancelled-proofs")
    assert {"无婚姻登记记录证明", "亲属关系证明"} <= {one.name for one in before}
    actions.propose(EDITOR, asked, CANCEL)
    actions.decide(PUBLISHER, review_of(asked), "accepted")
    (line,) = queries.listed("cancelled-proofs", "county")
    assert (line.name, line.instead, line.basis) == ("健康证明", CANCEL.instead, ("本市决定",))
    assert len(queries.listed("cancelled-proofs")) == len(before) + 1


def test_the_register_is_sifted(asked: str) -> None:
    assert len(queries.register(Sifted(level="county", words="健康"))) == 1
    assert queries.register(Sifted(level="town")) == ()
    assert queries.register(Sifted(state="kept")) == ()
    assert len(queries.register(Sifted(rule="unobtainable"))) == 1, "nobody's item issues it"
    assert queries.register(Sifted(rule="needless")) == ()
    matrix = queries.matrix()
    assert (len(matrix.rules), [one.entry.key for one in matrix.rows]) == (8, [asked])
