"""Windows, stays and visits. A stay is one person, one site, one day (FIGURES); a visit is the time at one window within it."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from onevisit.city.models import Hall
from onevisit.ledger.models import Stream


class Window(models.Model):
    """A window of a hall (窗口): general (综合窗口) without departments, else special for these. GB/T 32168-2015.

    Open while a clerk sits at it; no clerk sits at two.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    stream = models.OneToOneField(Stream, on_delete=models.PROTECT, related_name="+")
    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="windows")
    number = models.CharField(max_length=10)
    departments = models.JSONField(default=list)
    clerk = models.UUIDField(null=True, unique=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("hall", "number"), name="window_number_once_in_a_hall"),
            models.CheckConstraint(
                condition=Q(clerk__isnull=True, opened_at__isnull=True) | Q(clerk__isnull=False, opened_at__isnull=False),
                name="window_open_while_a_clerk_sits_there",
            ),
        )

    def __str__(self) -> str:
        return f"{self.hall_id}:{self.number}"


class Stay(models.Model):
    """One person at one site on one day (一次到场). A return that closing or a failed system forced is a second one (`turn`)."""

    class Forced(models.TextChoices):
        CLOSED = "closed", "上次没办完就下班了"
        FAILURE = "failure", "上次系统故障没办成"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="stays")
    person = models.UUIDField()
    day = models.DateField()
    turn = models.PositiveSmallIntegerField(default=1)
    forced = models.CharField(max_length=8, choices=Forced, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "day", "hall", "turn"), name="one_stay_a_person_site_and_day"),
            models.CheckConstraint(condition=Q(turn=1, forced="") | Q(turn__gt=1) & ~Q(forced=""), name="second_stay_was_forced"),
        )

    def __str__(self) -> str:
        return str(self.public_id)


class Visit(models.Model):
    """The time that somebody spent at one window (实际到场): who received him, on which proof that it is he, why, until when.

    Parties who come together (一起到场) each have their own, `beside` that of whoever was received first.
    """

    class Why(models.TextChoices):
        ASK = "ask", "咨询"
        FILE = "file", "申报"
        CORRECT = "correct", "补正"
        PRESENT = "present", "到场核验或者签字"
        PAY = "pay", "缴费"
        COLLECT = "collect", "领取结果"

    class Proof(models.TextChoices):
        CARD = "card", "读取证件"
        FACE = "face", "人脸核验"
        CODE = "code", "手机验证码"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    stream = models.OneToOneField(Stream, on_delete=models.PROTECT, related_name="+")
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="visits")
    window = models.ForeignKey(Window, on_delete=models.PROTECT, related_name="visits")
    why = models.CharField(max_length=8, choices=Why)
    proof = models.CharField(max_length=4, choices=Proof)
    recorded_by = models.UUIDField(db_index=True)
    via = models.CharField(max_length=20)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    beside = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="companions")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("window",), condition=Q(until=None, beside=None), name="one_visit_at_a_window"),
            models.UniqueConstraint(fields=("stay",), condition=Q(until=None), name="one_window_at_a_time"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="visit_ends_after_it_began"),
        )
        indexes = (models.Index(fields=["stay", "since"], name="visit_of_stay"),)

    def __str__(self) -> str:
        return str(self.public_id)


class Presence(models.Model):
    """A case that was worked on in a visit (到场办理的事). `reason`: why it took more visits than were promised."""

    class Reason(models.TextChoices):
        CHOSEN = "chosen", "申请人愿意到窗口办理"
        UNTOLD = "untold", "上次没有一次告知清楚"
        UNPREPARED = "unprepared", "上次材料没有带齐"
        PARTY = "party", "要等另一方一起到场"
        FAILURE = "failure", "上次系统故障或者没办完就下班"
        LAW = "law", "法律规定要再次到场"

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="presences")
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="presences")
    case = models.UUIDField(db_index=True)
    whose = models.UUIDField()
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("visit", "case"), name="presence_once_a_visit_and_case"),)

    def __str__(self) -> str:
        return f"{self.visit_id} {self.case}"
