"""Streams, their events, the roots over them, and the rows that make doing twice doing once."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q


class Stream(models.Model):
    """The events of one aggregate (a case, a bill, a licence …) in order; locked by whoever appends."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    sequence = models.PositiveBigIntegerField(default=0)
    head = models.BinaryField(default=b"")
    last_entered = models.DateTimeField(null=True)
    rooted = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(rooted__lte=F("sequence")), name="stream_rooted_not_ahead")]
        indexes = [models.Index(fields=["id"], condition=Q(sequence__gt=F("rooted")), name="stream_unrooted")]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class Event(models.Model):
    """What happened (事件): references and salted digests only, never a personal value or free text."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    happened = models.DateTimeField()
    entered = models.DateTimeField()
    actor = models.CharField(max_length=64)
    on_behalf_of = models.CharField(max_length=64, blank=True)
    via = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="event_once_per_place")]
        indexes = [models.Index(fields=["kind", "id"], name="event_kind"), models.Index(fields=["entered"], name="event_entered")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.seq}"


class Root(models.Model):
    """A signed Merkle root over the heads that moved; each links the one before, so the newest of a day commits to every head."""

    number = models.PositiveBigIntegerField(unique=True)
    made_at = models.DateTimeField()
    heads = models.JSONField()
    merkle = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()
    key_id = models.CharField(max_length=16)
    signature = models.BinaryField()

    def __str__(self) -> str:
        return f"root {self.number}"


class IdempotencyKey(models.Model):
    """The answer that a request got; the same key never does anything again."""

    actor = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    digest = models.BinaryField()
    answer = models.JSONField(null=True)
    made_at = models.DateTimeField()
    kept_until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="idempotency_one_answer")]

    def __str__(self) -> str:
        return self.key


class Counter(models.Model):
    """The last number given in a series; a row, not a sequence, so that a rollback leaves no gap."""

    series = models.CharField(max_length=120, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.series


class DeadJob(models.Model):
    """A job that gave up, and who has to look at it."""

    job = models.PositiveBigIntegerField(unique=True)
    task = models.CharField(max_length=128)
    owner = models.CharField(max_length=64)
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.task} {self.job}"
