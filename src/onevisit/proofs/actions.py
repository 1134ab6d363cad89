"""Every write to proofs: one person proposes, another decides (减证便民审查); a source that is down is recorded and over again.

The five beats: require (access), lock, decide (what the eight rules allow), apply (row), append (ledger).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Refused, Target
from onevisit.catalogue import actions as catalogue
from onevisit.ledger import actions as ledger
from onevisit.ledger.actions import Entry
from onevisit.proofs import queries
from onevisit.proofs.eight import RULES
from onevisit.proofs.models import FallbackAsk, Outage, Proof, ProofReview
from onevisit.proofs.queries import ProofView

Decision = Literal["accepted", "rejected"]
KEEP = "keep"
REPLACED = frozenset({"licence", "commitment", "network"})
"""Rules by which something else takes the proof's place; what it is must be said."""
LONGEST = {"why": 500, "instead": 300, "reason": 500}
THIS_CITY = "本市"
STANDS: Mapping[str, Proof.State] = {
    ProofReview.Proposal.KEEP: Proof.State.KEPT,
    ProofReview.Proposal.CANCEL: Proof.State.CANCELLED,
}
"""How a proof stands once a proposal is accepted."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed of a proof: `rule` is one of the eight or `keep`, `why` the evidence, `instead` what replaces it."""

    rule: str
    why: str
    instead: str = ""


@transaction.atomic
def propose(actor: Actor, key: str, proposal: Proposal) -> ProofView:
    """The proof is under review (审查中): to be kept, or to be cancelled by one of the eight rules. Another person decides.

    Raises `Refused` without words for it, while another review waits, or to keep what has no legal basis.
    """
    access.require(actor, Duty.GUIDE_DRAFT, Target("proof", id=key))
    entry = queries.entry_of(key)
    row = _locked(key) or _made(entry.key, entry.name, entry.issuer)
    _sound(row, proposal)
    _fitting(row, proposal)
    kept = proposal.rule == KEEP
    wanted = ProofReview.Proposal.KEEP if kept else ProofReview.Proposal.CANCEL
    review = ProofReview.objects.create(
        proof=row, proposal=wanted, rule="" if kept else proposal.rule,
        evidence=queries.kept_evidence(entry), asked=queries.asked_of(entry), why=proposal.why.strip(),
        instead="" if kept else proposal.instead.strip(), proposed_by=actor.id, proposed_at=settings.CLOCK(),
    )  # fmt: skip
    _stand(row, Proof.State.REVIEW)
    facts = {"proof": row.key, "review": str(review.public_id), "proposal": review.proposal, "rule": review.rule}
    ledger.append(row.stream, actor, [Entry("proof.proposed", facts)])
    return queries.proof(actor, key)


def _sound(row: Proof, proposal: Proposal) -> None:
    """Raises `Refused` unless the proposal says all that it must."""
    if proposal.rule != KEEP and proposal.rule not in RULES:
        raise Refused("no-rule", "没有写按哪一条取消。", "请在八条里选一条，或者选保留。")
    if not proposal.why.strip():
        raise Refused("no-evidence", "没有写理由。", "请写明依据哪份文件、查到了什么。")
    for name, text in (("why", proposal.why), ("instead", proposal.instead)):
        if len(text.strip()) > LONGEST[name]:
            raise Refused("too-long", f"写得太长，最多{LONGEST[name]}个字。", "请缩短后再试。")
    if proposal.rule in REPLACED and not proposal.instead.strip():
        raise Refused("no-replacement", "没有写用什么代替。", "请写明用哪份证照、哪项数据或者哪份承诺书代替。")
    if row.reviews.filter(outcome="").exists():
        raise Refused("under-review", f"“{row.name}”已经有一份审查意见在等决定。", "请等决定以后再提。")


def _fitting(row: Proof, proposal: Proposal) -> None:
    """Raises `Refused` for what the state of things excludes."""
    entry = queries.entry_of(row.key)
    if proposal.rule == KEEP:
        if not entry.founded:
            raise Refused("no-basis", f"“{row.name}”没有法律法规依据，不能保留。", "没有依据的一律取消；有依据的，请先补进规程。")
        return
    if row.state == Proof.State.CANCELLED:
        raise Refused("cancelled", f"“{row.name}”已经取消了。", "还在要它的事项，请在规程里删去这份材料。")
    others = queries.namesakes(entry)
    if others:
        said = "、".join(one.issuer_name or "没有写明的单位" for one in others)
        raise Refused(
            "same-name",
            f"由{said}开具的证明也叫“{row.name}”，按名称取消会把它也取消。",
            "请先在规程里把两份证明的名称写得分得开。",
        )


@transaction.atomic
def decide(actor: Actor, review_id: str, outcome: Decision, reason: str = "") -> ProofView:
    """The review is decided by another person than its proposer. What is cancelled stands in the register of the whole catalogue.

    Raises `Refused` for the proposer himself, for a review that was decided, and for a rejection without a reason.
    """
    row, review = _opened(review_id)
    access.require(actor, Duty.GUIDE_PUBLISH, Target("proof", id=row.key, parties=frozenset({review.proposed_by})))
    if review.outcome:
        raise Refused("decided", f"这份审查意见已经决定：{review.get_outcome_display()}。", "请刷新页面再看。")
    if outcome == "rejected" and not reason.strip():
        raise Refused("reason-needed", "不同意要写明理由。", "请填写理由。")
    if len(reason.strip()) > LONGEST["reason"]:
        raise Refused("too-long", f"写得太长，最多{LONGEST['reason']}个字。", "请缩短后再试。")
    if outcome == "accepted":
        _fitting(row, Proposal(review.rule or KEEP, review.why, review.instead))
    review.outcome, review.reason = ProofReview.Outcome(outcome), reason.strip()
    review.decided_by, review.decided_at = actor.id, settings.CLOCK()
    review.save(update_fields=["outcome", "reason", "decided_by", "decided_at"])
    _follow(actor, row, review)
    facts = {"proof": row.key, "review": str(review.public_id), "outcome": outcome, "state": row.state}
    ledger.append(row.stream, actor, [Entry("proof.decided", facts)])
    return queries.proof(actor, row.key)


def _follow(actor: Actor, row: Proof, review: ProofReview) -> None:
    """The proof stands as the newest accepted review says, and so does the register of the city."""
    if review.outcome != ProofReview.Outcome.ACCEPTED:
        before = row.reviews.filter(outcome=ProofReview.Outcome.ACCEPTED).first()
        _stand(row, STANDS[before.proposal] if before else Proof.State.OPEN)
        return
    _stand(row, STANDS[review.proposal])
    if review.proposal == ProofReview.Proposal.KEEP:
        catalogue.restore_proof(actor, row.name)
        return
    why = f"{RULES[review.rule].text}一律取消：{review.why}"
    catalogue.cancel_proof(actor, catalogue.Cancelled(row.name, THIS_CITY, why, review.instead))


def _opened(review_id: str) -> tuple[Proof, ProofReview]:
    """The proof, held, and its review as it then is."""
    found = ProofReview.objects.filter(public_id=review_id).values_list("proof__key", flat=True).first()
    row = _locked(found) if found else None
    if row is None:
        raise Hidden(f"review {review_id}")
    return row, row.reviews.get(public_id=review_id)


def _locked(key: str) -> Proof | None:
    return Proof.objects.select_for_update().filter(key=key).first()


def _made(key: str, name: str, issuer: str) -> Proof:
    """The row of a proof that is reviewed for the first time; two who begin at once get the same."""
    fresh = Proof(stream=ledger.open_stream("proof"), key=key, name=name, issuer=issuer, changed_at=settings.CLOCK())
    Proof.objects.bulk_create([fresh], ignore_conflicts=True)
    return Proof.objects.select_for_update().get(key=key)


def _stand(row: Proof, state: str) -> None:
    row.state, row.changed_at = state, settings.CLOCK()
    row.save(update_fields=["state", "changed_at"])


@dataclass(frozen=True, slots=True)
class Down:
    """A source that gave no answer: what it is called, whose it is, and the inquiry that failed, when and how."""

    source: str
    name: str
    provider: str
    inquiry: str
    failed_at: datetime
    failure: str


@transaction.atomic
def record_outage(actor: Actor, case: str, material: str, down: Down) -> None:
    """What is asked of the applicant meanwhile is on record, with the call that failed; the source is chased until it answers.

    For `cases`, which has asked its own gate whether this officer may ask.
    """
    row = _down(down.source) or _begun(down)
    FallbackAsk.objects.create(
        outage=row, case=case, material=material, asked_by=actor.id, asked_at=settings.CLOCK(), inquiry=down.inquiry,
        failed_at=down.failed_at,
    )  # fmt: skip
    ledger.append(row.stream, actor, [Entry("outage.asked", {"source": down.source, "case": case, "inquiry": down.inquiry})])


def _down(source: str) -> Outage | None:
    open_ones = Outage.objects.select_for_update(of=("self",)).select_related("stream")
    return open_ones.filter(source=source, ended_at=None).first()


def _begun(down: Down) -> Outage:
    """The outage, recorded; two offices that meet it at once record one."""
    fresh = Outage(
        stream=ledger.open_stream("outage"), source=down.source, name=down.name, provider=down.provider, failure=down.failure,
        since=down.failed_at,
    )  # fmt: skip
    Outage.objects.bulk_create([fresh], ignore_conflicts=True)
    return _down(down.source) or fresh


@transaction.atomic
def end_outage(actor: Actor, source: str) -> bool:
    """Whether the source was down and is not any more: nothing of it may be asked of an applicant again."""
    access.require(actor, Duty.SHARED_QUERY, Target("outage", id=source))
    row = _down(source)
    if row is None:
        return False
    row.ended_at = max(settings.CLOCK(), row.since)
    row.save(update_fields=["ended_at"])
    ledger.append(row.stream, actor, [Entry("outage.ended", {"source": source})])
    return True
