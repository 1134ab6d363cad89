"""Files by their digest: the same bytes are kept once, whoever handed them in."""

from uuid import uuid4

from django.db import models


class StoredFile(models.Model):
    """A file (文件): its bytes, their digest and kind. Never changed; who may read it, the room that refers to it says."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    digest = models.CharField(max_length=66, unique=True)
    kind = models.CharField(max_length=100)
    size = models.IntegerField()
    content = models.BinaryField()
    stored_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(size__gt=0), name="file_not_empty"),)

    def __str__(self) -> str:
        return f"{self.kind}:{self.digest[:12]}"
