"""What has to reach an applicant, and the parcels in which it travels. 行政许可法 art. 44 (ten days to deliver)."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from onevisit.identity.personal import PersonalField, PersonalJSON
from onevisit.ledger.models import Stream


class Delivery(models.Model):
    """One result on its way to the applicant (送达), made once for a step of a case.

    `what` names it without any personal value; `owed` the old papers {id, name} that must be given back for it (交回),
    `handed_in` those that were; `address` {name, phone, address} and `receipt` (what was signed) are sealed under the case's
    key. `waiting_since`: since when it lies ready for whoever must act now.
    """

    class Kind(models.TextChoices):
        COURIER = "courier", "快递"
        PICKUP = "pickup", "到大厅领取"
        WINDOW = "window", "窗口当场领取"
        DOOR = "door", "工作人员上门送达"
        LICENCE = "licence", "电子证照"

    class State(models.TextChoices):
        OPEN = "open", "等待送达"
        SENT = "sent", "已寄出"
        FAILED = "failed", "没有送到"
        RETURNED = "returned", "已退回"
        DELIVERED = "delivered", "已送达"
        COLLECTED = "collected", "已领取"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner_key = models.UUIDField(editable=False)
    stream = models.OneToOneField(Stream, on_delete=models.PROTECT)
    case = models.UUIDField(db_index=True)
    step = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind)
    to = models.UUIDField(db_index=True)
    item = models.CharField(max_length=80)
    what = models.CharField(max_length=400)
    office = models.CharField(max_length=200)
    division = models.CharField(max_length=12)
    department = models.CharField(max_length=40)
    owed = models.JSONField(default=list)
    handed_in = models.JSONField(default=list)
    address = PersonalJSON("收件地址", null=True)
    receipt = PersonalField("签收记录", null=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    waiting_since = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = (
            models.UniqueConstraint(fields=("case", "step"), name="one_delivery_of_a_step"),
            models.CheckConstraint(condition=Q(owner_key=F("case")), name="delivery_sealed_under_its_case"),
            models.CheckConstraint(
                condition=Q(state__in=("delivered", "collected"), ended_at__isnull=False)
                | ~Q(state__in=("delivered", "collected")) & Q(ended_at__isnull=True),
                name="delivery_ended_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(state="collected") | Q(receipt__isnull=False), name="collected_against_receipt"),
            models.CheckConstraint(
                condition=~Q(kind__in=("courier", "door")) | Q(address__isnull=False), name="courier_has_an_address"
            ),
        )
        indexes = (
            models.Index(
                fields=["division", "department", "waiting_since"],
                condition=Q(ended_at=None),
                name="delivery_waiting",
            ),
        )

    def __str__(self) -> str:
        return str(self.public_id)


class Parcel(models.Model):
    """One try to bring a delivery by courier (快递单). Its public id is our reference there; `number` the courier's own.

    `answer` is what the courier signed when we asked last: the ground of every state but `open`.
    """

    class State(models.TextChoices):
        OPEN = "open", "等待收寄"
        MOVING = "moving", "运送中"
        MISSED = "missed", "没有投到"
        DELIVERED = "delivered", "已签收"
        RETURNED = "returned", "已退回"
        LOST = "lost", "已丢失"
        REFUSED = "refused", "拒绝收寄"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="parcels")
    courier = models.CharField(max_length=40)
    number = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    attempts = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    asked = models.PositiveIntegerField(default=0)
    answer = models.JSONField(null=True)
    signature = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("delivery",), condition=Q(state__in=("open", "moving", "missed")), name="one_parcel_under_way"
            ),
            models.UniqueConstraint(fields=("courier", "number"), condition=~Q(number=""), name="tracking_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=("open", "refused")) | ~Q(number="") & ~Q(signature="") & Q(answer__isnull=False),
                name="parcel_state_on_an_answer",
            ),
        )

    def __str__(self) -> str:
        return self.number or str(self.public_id)
