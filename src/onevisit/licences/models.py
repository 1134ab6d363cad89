"""The library of e-licences (电子证照库) and their catalogue (证照目录). GB/T 36901 to 36906-2018."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from onevisit.identity.personal import PersonalField, PersonalJSON
from onevisit.ledger.models import Stream
from onevisit.papers.models import StoredFile


class LicenceType(models.Model):
    """A kind of licence (证照类型): who issues it, what is printed on it, for how long it holds.

    `key` is the word that definitions use; `code` the 21 characters of GB/T 36904 (credit code of the defining body, then three).
    `fields` are {label, from, capitals}: what is printed, in this order, and where the caller finds it.
    """

    key = models.CharField(max_length=80, unique=True)
    code = models.CharField(max_length=21, unique=True)
    name = models.CharField(max_length=200)
    department = models.CharField(max_length=40)
    fields = models.JSONField(default=list)
    basis = models.TextField(blank=True)
    valid_years = models.PositiveSmallIntegerField(null=True)
    stream = models.OneToOneField(Stream, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.key


class Licence(models.Model):
    """One licence of one holder (电子证照), made by one decision. The number is given with the row; the file follows.

    One whose number a department's own system gave has no series here, and no file but that system's. One that was issued
    before the house came to it has no case (归集). `owner_key` is the holder: erasing the holder's data key erases what is
    printed, not that a licence was issued.
    """

    class State(models.TextChoices):
        VALID = "valid", "有效"
        REVOKED = "revoked", "已撤销"
        CANCELLED = "cancelled", "已注销"
        WITHDRAWN = "withdrawn", "已撤回"
        SUPERSEDED = "superseded", "已换发"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    stream = models.OneToOneField(Stream, models.PROTECT, related_name="+")
    type = models.ForeignKey(LicenceType, models.PROTECT, related_name="licences")
    case = models.UUIDField(null=True, db_index=True)
    decision = models.UUIDField(null=True)
    holder = models.UUIDField()
    owner_key = models.UUIDField()
    holder_name = PersonalField(mask="name")
    data = PersonalJSON()
    division = models.CharField(max_length=12)
    office = models.CharField(max_length=200)
    office_code = models.CharField(max_length=18)
    series = models.CharField(max_length=120, blank=True)
    serial = models.PositiveIntegerField(null=True)
    version = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(max_length=40)
    identifier = models.CharField(max_length=120, unique=True)
    verify_code = models.CharField(max_length=16, unique=True)
    issued_at = models.DateTimeField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.VALID)
    ended_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+")
    sample = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("decision", "type"), name="one_licence_a_decision_and_type"),
            models.UniqueConstraint(fields=("series", "serial", "version"), name="licence_number_once"),
            models.UniqueConstraint(fields=("type", "number", "version"), condition=Q(series=""), name="foreign_number_once"),
            models.CheckConstraint(
                condition=Q(series="", serial__isnull=True) | ~Q(series="") & Q(serial__isnull=False, case__isnull=False),
                name="own_number_has_a_series_and_a_case",
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=True, decision__isnull=True) | Q(case__isnull=False, decision__isnull=False),
                name="licence_decided_in_its_case",
            ),
            models.CheckConstraint(condition=Q(owner_key=F("holder")), name="licence_sealed_for_its_holder"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="licence_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(state="valid", ended_at__isnull=True) | ~Q(state="valid") & Q(ended_at__isnull=False),
                name="licence_end_has_a_date",
            ),
        )
        indexes = (models.Index(fields=("holder", "-issued_at"), name="licence_holder"),)

    def __str__(self) -> str:
        return self.number

    @property
    def is_foreign(self) -> bool:
        """Whether a department's own system gave the number, and makes the file if there is one."""
        return not self.series


class Revocation(models.Model):
    """A licence's end before its time (撤销、注销、撤回), proposed by one, confirmed by another. 行政许可法 arts. 8, 69, 70."""

    class Kind(models.TextChoices):
        REVOKED = "revoked", "撤销"
        CANCELLED = "cancelled", "注销"
        WITHDRAWN = "withdrawn", "撤回"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    licence = models.OneToOneField(Licence, models.PROTECT, related_name="revocation")
    kind = models.CharField(max_length=12, choices=Kind)
    reason = models.TextField()
    basis = models.TextField()
    proposed_by = models.CharField(max_length=36)
    proposed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=36, blank=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="revocation_by_two"),
            models.CheckConstraint(
                condition=Q(confirmed_by="", confirmed_at__isnull=True) | ~Q(confirmed_by="") & Q(confirmed_at__isnull=False),
                name="revocation_confirmed_at",
            ),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(basis=""), name="revocation_has_reason_and_basis"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.licence_id}"
