"""Bills, orders, what was captured and refunded, what is owed back; entries, two sides of each amount, balanced at COMMIT."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from onevisit.ledger.models import Stream


class Bill(models.Model):
    """What one payer owes one payee for one case (缴费单), on a legal basis. `run` is the rule's run that computed it."""

    class Kind(models.TextChoices):
        TAX = "tax", "税款"
        NONTAX = "nontax", "非税收入"
        SERVICE = "service", "服务费"

    class State(models.TextChoices):
        OPEN = "open", "待缴"
        PAID = "paid", "已缴"
        VOID = "void", "已作废"
        REFUNDED = "refunded", "已退"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    stream = models.OneToOneField(Stream, on_delete=models.PROTECT)
    case = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=8, choices=Kind)
    item = models.CharField(max_length=80)
    division = models.CharField(max_length=12, blank=True)
    department = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200)
    payee = models.CharField(max_length=200)
    payer = models.UUIDField(db_index=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    basis = models.JSONField()
    run = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="bill_of_something"),
            models.CheckConstraint(condition=~Q(basis=[]), name="bill_has_a_basis"),
            models.CheckConstraint(
                condition=Q(state__in=("open", "void")) | Q(paid_at__isnull=False), name="bill_paid_at_a_time"
            ),
            models.UniqueConstraint(fields=("case", "item", "name"), condition=~Q(state="void"), name="one_bill_for_one_thing"),
        )

    def __str__(self) -> str:
        return str(self.public_id)


class PaymentOrder(models.Model):
    """One try to pay a bill at a gateway (支付订单). Its public id is the order's number there; `unknown` means 核实中."""

    class State(models.TextChoices):
        OPEN = "open", "待支付"
        UNKNOWN = "unknown", "核实中"
        CAPTURED = "captured", "已支付"
        FAILED = "failed", "未成功"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="orders")
    provider = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    payee = models.CharField(max_length=200)
    url = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    doubted_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("bill",), condition=Q(state__in=("open", "unknown")), name="one_open_order_of_a_bill"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="order_of_something"),
        )

    def __str__(self) -> str:
        return str(self.public_id)


class Confirmation(models.Model):
    """What the gateway signed when we asked (查证): the ground of every amount in the books."""

    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="confirmations")
    answered_at = models.DateTimeField()
    body = models.JSONField()
    digest = models.BinaryField()
    signature = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.order_id}"


class Movement(models.Model):
    """Money that the gateway took (capture, 收款) or gave back (refund, 退款), once by its number there."""

    class Kind(models.TextChoices):
        CAPTURE = "capture", "收款"
        REFUND = "refund", "退款"

    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="movements")
    provider = models.CharField(max_length=40)
    transaction = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind)
    of = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="refund")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    moved_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("provider", "transaction"), name="transaction_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="movement_of_something"),
            models.CheckConstraint(condition=Q(kind="refund") ^ Q(of__isnull=True), name="refund_of_a_capture"),
        )

    def __str__(self) -> str:
        return self.transaction


class Refund(models.Model):
    """A capture that is to be given back (应退): taken twice, for another amount, or for a bill that was void. Never dropped."""

    class Why(models.TextChoices):
        SECOND = "second-capture", "重复缴费"
        OTHER = "other-amount", "金额不符"
        VOID = "void-bill", "缴费单已作废"
        UNASKED = "refunded-unasked", "支付平台自行退回"
        DECIDED = "decided", "经批准退费"

    capture = models.OneToOneField(Movement, on_delete=models.PROTECT, related_name="owed")
    why = models.CharField(max_length=20, choices=Why)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.capture_id}"


class Claim(models.Model):
    """A paid bill that should be given back (退费): proposed with its reason, approved or declined by another person, then done.

    The house proposes it where a case ends without what was paid for. 契税法 art. 12; 政府非税收入管理办法 art. 33.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "等待批准"
        APPROVED = "approved", "已批准，正在退"
        DECLINED = "declined", "不予退费"
        DONE = "done", "已退"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    bill = models.OneToOneField(Bill, on_delete=models.PROTECT, related_name="claim")
    reason = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    proposed_by = models.CharField(max_length=36)
    proposed_at = models.DateTimeField()
    settled_by = models.CharField(max_length=36, blank=True)
    settled_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(settled_by="") | ~Q(settled_by=F("proposed_by")), name="refund_by_two"),
            models.CheckConstraint(
                condition=Q(state="proposed", settled_at=None) | Q(settled_at__isnull=False), name="refund_settled_at"
            ),
        )

    def __str__(self) -> str:
        return f"{self.bill_id}"


class Entry(models.Model):
    """One side of a posting (分录). The lines of one movement balance when the transaction commits; append-only."""

    class Account(models.TextChoices):
        CASH = "cash", "在途资金"
        REVENUE = "revenue", "应收已收"
        OWED_BACK = "owed_back", "应退"

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="entries")
    account = models.CharField(max_length=10, choices=Account)
    debit = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    credit = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("movement", "account"), name="entry_once_an_account"),
            models.CheckConstraint(condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0), name="entry_on_one_side"),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.debit or -self.credit}"
