"""Shared resources, who may ask which datum for which item, every inquiry; departments' systems and the errands that they do."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from onevisit.identity.personal import PersonalJSON
from onevisit.ledger.models import Stream


class SharedResource(models.Model):
    """A set of data that another department keeps and answers about (共享数据), and how it is asked. `freshness` in seconds."""

    class Mode(models.TextChoices):
        FETCH = "fetch", "取回"
        VERIFY = "verify", "核对"

    word = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    provider = models.CharField(max_length=40)
    peer = models.CharField(max_length=40)
    path = models.CharField(max_length=200)
    mode = models.CharField(max_length=6, choices=Mode)
    subject = models.CharField(max_length=12)
    params = models.JSONField(default=list)
    fields = models.JSONField()
    basis = models.JSONField()
    ground = models.CharField(max_length=16, default="duty")
    freshness = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.word


class Whitelist(models.Model):
    """One datum of a resource that an item may ask for (共享白名单), and why: a duty in law with its article, or consent."""

    class Ground(models.TextChoices):
        DUTY = "duty", "法定职责"
        CONSENT = "consent", "本人同意"
        SEPARATE = "separate", "本人单独同意"

    resource = models.ForeignKey(SharedResource, on_delete=models.PROTECT, related_name="allowed")
    item = models.CharField(max_length=80)
    datum = models.CharField(max_length=64)
    ground = models.CharField(max_length=16, choices=Ground)
    basis = models.JSONField()
    since = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("resource", "item", "datum"), condition=Q(stopped_at__isnull=True), name="one_allowance_in_force"
            ),
            models.CheckConstraint(condition=~Q(ground="duty") | ~Q(basis=[]), name="duty_has_a_basis"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("since")), name="stopped_after_since"
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.datum}"


class Inquiry(models.Model):
    """One question to another department about one subject for one case (数据查询), written before it is sent.

    `question` and `answer` are sealed with the key of the case: the answer's bytes as they were signed, and a salt for `digest`.
    """

    class State(models.TextChoices):
        ASKED = "asked", "已发出"
        ANSWERED = "answered", "已答复"
        EMPTY = "empty", "查无记录"
        DOWN = "down", "没有应答"
        WRONG = "wrong", "答复不能用"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner_key = models.UUIDField()
    case = models.UUIDField()
    item = models.CharField(max_length=80)
    resource = models.ForeignKey(SharedResource, on_delete=models.PROTECT, related_name="inquiries")
    subject = models.UUIDField(db_index=True)
    data = models.JSONField()
    purpose = models.CharField(max_length=10)
    basis = models.JSONField()
    consents = models.JSONField(default=list)
    params_index = models.BinaryField(max_length=32)
    question = PersonalJSON(verbose_name="查询条件")
    asked_by = models.CharField(max_length=64)
    via = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    answered_at = models.DateTimeField(null=True)
    answer = PersonalJSON(null=True, verbose_name="查询结果")
    digest = models.BinaryField(null=True)
    source = models.CharField(max_length=200, blank=True)
    source_time = models.DateTimeField(null=True)
    signature = models.JSONField(default=dict)
    failure = models.CharField(max_length=40, blank=True)
    tries = models.PositiveIntegerField(default=1)
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("case", "resource", "-asked_at"), name="inquiry_case"),)
        constraints = (
            models.CheckConstraint(condition=Q(owner_key=F("case")), name="inquiry_of_the_case"),
            models.CheckConstraint(condition=~Q(data=[]) & ~Q(purpose="") & ~Q(item=""), name="inquiry_for_something"),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answer__isnull=False, digest__isnull=False, source_time__isnull=False),
                name="answered_with_proof",
            ),
            models.CheckConstraint(condition=Q(state="asked") ^ Q(answered_at__isnull=False), name="answered_at_a_time"),
        )

    def __str__(self) -> str:
        return str(self.public_id)


class DepartmentSystem(models.Model):
    """A department's own system that decides an item (部门业务系统, `handled_in: pushed`): what it is called, where it is asked.

    `division` narrows it to that division and those below; empty = everywhere.
    """

    item = models.CharField(max_length=80)
    division = models.CharField(max_length=12, blank=True)
    department = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    peer = models.CharField(max_length=30)
    path = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("item", "division"), name="one_system_of_an_item_and_place"),)

    def __str__(self) -> str:
        return f"{self.item} {self.peer}"


class Errand(models.Model):
    """One step of a case that a department's system does (推送办件), written before it is sent, known by case, step, attempt.

    `number` is that system's own for the case. `question` and `answer`, as it was signed, are sealed with the key of the case.
    """

    class State(models.TextChoices):
        OPEN = "open", "等待答复"
        ENDED = "ended", "已答复"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner_key = models.UUIDField()
    stream = models.OneToOneField(Stream, on_delete=models.PROTECT, related_name="+")
    case = models.UUIDField()
    step = models.CharField(max_length=64)
    attempt = models.PositiveSmallIntegerField(default=1)
    does = models.CharField(max_length=12)
    item = models.CharField(max_length=80)
    subject = models.UUIDField(db_index=True)
    system = models.ForeignKey(DepartmentSystem, on_delete=models.PROTECT, related_name="errands")
    question = PersonalJSON(verbose_name="推送的办件")
    number = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=5, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    asked = models.PositiveIntegerField(default=0)
    heard_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = PersonalJSON(null=True, verbose_name="部门的答复")
    signature = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "step", "attempt"), name="one_errand_of_a_step"),
            models.CheckConstraint(condition=Q(owner_key=F("case")), name="errand_of_the_case"),
            models.CheckConstraint(
                condition=Q(state="open", answer__isnull=True)
                | ~Q(state="open") & ~Q(number="") & ~Q(signature="") & Q(answer__isnull=False, answered_at__isnull=False),
                name="errand_ended_with_proof",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case}:{self.step}:{self.attempt}"
