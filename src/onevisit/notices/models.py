"""What the city has said to people, each saying once."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from onevisit.identity.personal import PersonalField, PersonalJSON
from onevisit.ledger.models import Stream
from onevisit.papers.models import StoredFile


class Writ(models.Model):
    """A numbered paper of a case (文书): one for all on whom it is served, in an office's series of its kind and year.

    `number` and `name` are what it bears in print; `key` tells two of one kind in one case apart.
    """

    case = models.UUIDField()
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=80, blank=True)
    series = models.CharField(max_length=120)
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=240)
    name = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "kind", "key"), name="writ_numbered_once"),
            models.UniqueConstraint(fields=("series", "serial"), name="writ_serial_once"),
        )

    def __str__(self) -> str:
        return self.number


class Notice(models.Model):
    """One event, one sentence, one link (告知), in somebody's inbox.

    Title and body hold no personal value: they also go where only masks may go. `sheet` is what its printed form says, sealed
    for the recipient; `how` and `served_at` say how and when it reached him (送达), `signed` who signed for it.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", "收件凭证"
        ACCEPTED = "accepted", "受理通知"
        TOLERANCE = "tolerance", "容缺受理告知"
        TURNED_AWAY = "turned_away", "不予受理"
        ONE_TIME = "one_time", "一次性告知书"
        EXTENDED = "extended", "延长期限"
        SUSPENDED = "suspended", "中止计时"
        WAITING = "waiting", "进度"
        DECISION = "decision", "决定书"
        PAYMENT = "payment", "缴费通知"
        RESULT = "result", "结果通知"
        COLLECT = "collect", "领取凭证"
        SERVICE = "service", "送达回证"
        WITHDRAWN = "withdrawn", "撤回通知"
        LAPSED = "lapsed", "失效通知"

    class How(models.TextChoices):
        ONLINE = "online", "网上送达"
        WINDOW = "window", "窗口直接送达"
        POST = "post", "邮寄送达"

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
    writ = models.ForeignKey(Writ, models.PROTECT, null=True, related_name="notices")
    at = models.DateTimeField()
    how = models.CharField(max_length=8, choices=How, blank=True)
    served_at = models.DateTimeField(null=True)
    signed = PersonalField("签收记录", null=True)
    read_at = models.DateTimeField(null=True)
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "kind", "key"), name="notice_said_once"),
            models.CheckConstraint(condition=Q(owner_key=F("to")), name="notice_sealed_for_its_recipient"),
            models.CheckConstraint(condition=Q(link__startswith="/"), name="notice_links_inside"),
            models.CheckConstraint(
                condition=Q(how="", served_at=None) | ~Q(how="") & Q(served_at__isnull=False), name="notice_served_somehow"
            ),
            models.CheckConstraint(condition=~Q(how="window") | Q(signed__isnull=False), name="notice_handed_over_is_signed"),
            models.CheckConstraint(condition=Q(writ=None) | Q(sheet__isnull=False), name="notice_with_number_has_paper"),
        )
        indexes = (models.Index(fields=("to", "-at"), name="notice_inbox"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.case}"
