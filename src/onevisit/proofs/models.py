"""Proofs that were reviewed, every review, and the sources that were down when an office needed them."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from onevisit.ledger.models import Stream


class Proof(models.Model):
    """A proof as one thing over the whole catalogue (证明事项): its name and who issues it; what was decided of it.

    A row is made when it is first reviewed; who asks for it is never written down, it is derived (`register`).
    """

    class State(models.TextChoices):
        OPEN = "open", "待审查"
        REVIEW = "review", "审查中"
        KEPT = "kept", "保留"
        CANCELLED = "cancelled", "已取消"

    stream = models.OneToOneField(Stream, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=200)
    issuer = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("name", "issuer"), name="proof_once"),)

    def __str__(self) -> str:
        return self.name


class ProofReview(models.Model):
    """One review of a proof by the eight rules (减证便民审查): what one person proposed, another decided. It is never deleted.

    `evidence` is what the eight rules found when it was proposed, `asked` who asked then; both stay as they were.
    """

    class Proposal(models.TextChoices):
        KEEP = "keep", "保留"
        CANCEL = "cancel", "取消"

    class Outcome(models.TextChoices):
        OPEN = "", "待决定"
        ACCEPTED = "accepted", "同意"
        REJECTED = "rejected", "不同意"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, related_name="reviews")
    proposal = models.CharField(max_length=6, choices=Proposal)
    rule = models.CharField(max_length=12, blank=True)
    """By which of the eight it is to be cancelled; empty where it is to be kept."""
    evidence = models.JSONField()
    asked = models.JSONField()
    why = models.CharField(max_length=500)
    instead = models.CharField(max_length=300, blank=True)
    proposed_by = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.OPEN, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-proposed_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("proof",), condition=Q(outcome=""), name="proof_one_open_review"),
            models.CheckConstraint(condition=~Q(decided_by=F("proposed_by")), name="proof_review_by_another"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by="", decided_at=None)
                | ~Q(outcome="") & ~Q(decided_by="") & Q(decided_at__isnull=False),
                name="proof_review_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(proposal="keep", rule="") | Q(proposal="cancel") & ~Q(rule=""), name="proof_cancelled_by_a_rule"
            ),
        )

    def __str__(self) -> str:
        return f"{self.proof_id} {self.proposal}"


class Outage(models.Model):
    """A source that gave no answer when an office needed it (数据源中断): asked again until it answers, and then over."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    stream = models.OneToOneField(Stream, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=90)
    name = models.CharField(max_length=200)
    provider = models.CharField(max_length=40)
    failure = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField()
    """When the call failed that first led to asking."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-since", "-id")
        constraints = (
            models.UniqueConstraint(fields=("source",), condition=Q(ended_at=None), name="outage_one_open"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("since")), name="outage_ends_after_it_began"),
        )

    def __str__(self) -> str:
        return self.source


class FallbackAsk(models.Model):
    """What an office asked of an applicant because its source was down (中断时补交): by whom, in which case, after which call.

    It only grows (trigger).
    """

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="asks")
    case = models.UUIDField(db_index=True)
    material = models.CharField(max_length=64)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    inquiry = models.UUIDField()
    failed_at = models.DateTimeField()

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = (models.CheckConstraint(condition=Q(asked_at__gte=F("failed_at")), name="fallback_after_the_call_failed"),)

    def __str__(self) -> str:
        return f"{self.case}:{self.material}"
