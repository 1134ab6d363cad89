"""What the city has said to people, each saying once."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from onevisit.identity.personal import PersonalJSON
from onevisit.ledger.models import Stream
from onevisit.papers.models import StoredFile


class Notice(models.Model):
    """One event, one sentence, one link (告知), in somebody's inbox.

    Title and body hold no personal value: they also go where only masks may go. `sheet` is what its printed form says, sealed
    for the recipient.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", "收件凭证"
        ACCEPTED = "accepted", "受理通知"
        ONE_TIME = "one_time", "一次性告知书"
        WAITING = "waiting", "进度"
        DECISION = "decision", "决定书"
        PAYMENT = "payment", "缴费通知"
        RESULT = "result", "结果通知"
        WITHDRAWN = "withdrawn", "撤回通知"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    stream = models.OneToOneField(Stream, models.PROTECT, related_name="+")
    case = models.UUIDField()
    to = models.UUIDField()
    owner_key = models.UUIDField()
    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=400)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=200)
    sheet = PersonalJSON(null=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "kind", "key"), name="notice_said_once"),
            models.CheckConstraint(condition=Q(owner_key=F("to")), name="notice_sealed_for_its_recipient"),
            models.CheckConstraint(condition=Q(link__startswith="/"), name="notice_links_inside"),
        )
        indexes = (models.Index(fields=("to", "-at"), name="notice_inbox"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.case}"
