"""Data keys and readings: the two tables that `personal` itself needs. `models` lists them with the others.

Personal Information Protection Law arts. 51 (encryption), 44 and 45 (the person may know and see).
"""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class DataKey(models.Model):
    """The key of one owner's personal values (a person, or a case for what was filed), wrapped; erasing it erases them."""

    owner = models.UUIDField(unique=True)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pk}"


class Reading(models.Model):
    """One opening of personal values (谁看过我): who, as what, for which purpose, of whom, which fields, when. Append-only."""

    class Purpose(models.TextChoices):
        HANDLE = "handle", "办理您的事项"
        VERIFY = "verify", "核对您的信息"
        SERVE = "serve", "为您窗口服务"
        SUPERVISE = "supervise", "监督检查"
        APPEAL = "appeal", "处理您的投诉或复核"
        AUDIT = "audit", "安全审计"
        OWN = "own", "您本人查看"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    actor = models.CharField(max_length=36)
    role = models.CharField(max_length=200)
    department = models.CharField(max_length=40, blank=True)
    division = models.CharField(max_length=12, blank=True)
    purpose = models.CharField(max_length=10, choices=Purpose)
    subject = models.UUIDField(db_index=True)
    case = models.UUIDField(null=True)
    reason = models.CharField(max_length=400, blank=True)
    fields = models.JSONField()
    via = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(condition=~Q(actor="") & ~Q(role=""), name="reading_has_actor_and_role"),
            models.CheckConstraint(condition=~Q(fields=[]), name="reading_names_fields"),
            models.CheckConstraint(
                condition=Q(purpose="own") | Q(case__isnull=False) | ~Q(reason=""), name="reading_has_case_or_reason"
            ),
        )

    def __str__(self) -> str:
        return str(self.public_id)
