"""What can be asked of whom, for which item, and every question that was asked."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from onevisit.identity.personal import PersonalJSON


class SharedResource(models.Model):
    """A kind of data that another authority shares (共享数据资源), and how it is asked."""

    word = models.CharField(max_length=80, unique=True)
    name = models.TextField()
    provider = models.CharField(max_length=40)
    provider_name = models.TextField()
    peer = models.CharField(max_length=40)
    path = models.CharField(max_length=200)
    mode = models.CharField(max_length=8, choices=(("fetch", "取回"), ("verify", "核对")))
    subject = models.CharField(max_length=12)
    params = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    basis = models.JSONField(default=list)
    freshness = models.PositiveIntegerField()
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.word


class Whitelist(models.Model):
    """Which item may ask which datum of a resource, by which law (白名单)."""

    resource = models.ForeignKey(SharedResource, on_delete=models.PROTECT, related_name="whitelist")
    item = models.CharField(max_length=64)
    datum = models.CharField(max_length=80)
    basis = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["resource", "item", "datum"], name="whitelist_once"),)

    def __str__(self) -> str:
        return f"{self.item}: {self.resource_id}.{self.datum}"


class Inquiry(models.Model):
    """One question about one subject for one case, and what came of it (后台核验). The answer lies sealed under the case's key."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner_key = models.UUIDField(editable=False)
    case = models.UUIDField()
    item = models.CharField(max_length=64)
    resource = models.ForeignKey(SharedResource, on_delete=models.PROTECT, related_name="inquiries")
    subject = models.UUIDField()
    params_digest = models.BinaryField()
    data = models.JSONField(default=list)
    purpose = models.CharField(max_length=12)
    basis = models.JSONField(default=list)
    actor = models.CharField(max_length=36)
    state = models.CharField(
        max_length=8,
        default="asked",
        choices=(
            ("asked", "已询问"),
            ("answered", "已答复"),
            ("empty", "没有记录"),
            ("down", "没有答复"),
            ("wrong", "答复不可用"),
        ),
    )
    failure = models.CharField(max_length=40, blank=True)
    answer = PersonalJSON(null=True, verbose_name="共享数据")
    digest = models.BinaryField(default=b"")
    signature = models.CharField(max_length=128, blank=True)
    source_time = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(state="answered") | Q(answer__isnull=False), name="answered_has_answer"),
            models.CheckConstraint(condition=~Q(basis=[]), name="inquiry_has_basis"),
        )
        indexes = (models.Index(fields=["case", "resource", "-asked_at"], name="inquiry_of_case"),)

    def __str__(self) -> str:
        return f"{self.resource_id} for {self.case}"
