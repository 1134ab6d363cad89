"""Persons, organisations, accounts, officers with their grants, holdings, consents; other systems and what they sent.

Personal values are sealed fields of `personal`; an organisation's name and code are public (GB 32100-2015).
"""

from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from onevisit.city.models import DepartmentOffice
from onevisit.identity.personal import PersonalField
from onevisit.identity.records import DataKey, Reading
from onevisit.ledger.models import Stream

__all__ = [
    "Absence",
    "Account",
    "Bucket",
    "Consent",
    "DataKey",
    "Holding",
    "Nonce",
    "Officer",
    "OfficerGrant",
    "Organisation",
    "Peer",
    "PeerCall",
    "Person",
    "Reading",
]


class Person(models.Model):
    """A human being (自然人), once, whatever papers he or she holds. `owner_key` owns the data key of the values."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner_key = models.UUIDField(default=uuid4)
    name = PersonalField("姓名", mask="name")
    number = PersonalField("证件号码", mask="number")
    number_kind = models.CharField(max_length=24)
    number_index = models.BinaryField(max_length=32, unique=True)
    phone = PersonalField("手机号码", mask="phone", null=True)
    phone_index = models.BinaryField(max_length=32, null=True, db_index=True)
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(owner_key=F("public_id")), name="person_owns_the_key"),)

    def __str__(self) -> str:
        return str(self.public_id)


class Organisation(models.Model):
    """A legal person or other body (法人) by its credit code."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    credit_code = models.CharField(max_length=18, unique=True)
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.public_id)


class Account(AbstractBaseUser):
    """A log-in (账户). One human being has one for private matters and, as an officer, another one for work."""

    class Kind(models.TextChoices):
        APPLICANT = "applicant", "申请人"
        OFFICER = "officer", "工作人员"
        CLIENT = "client", "部门系统"
        DEVICE = "device", "自助终端"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    login = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=80, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="accounts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="accounts")
    is_active = models.BooleanField(default=True)
    stream = models.OneToOneField(Stream, models.PROTECT, related_name="+")
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = BaseUserManager["Account"]()

    USERNAME_FIELD = "login"

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(kind="applicant") | Q(person__isnull=False), name="applicant_account_has_person"),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) | Q(kind="applicant"), name="only_applicants_act_for_organisation"
            ),
        )

    def __str__(self) -> str:
        return str(self.public_id)


class Officer(models.Model):
    """Somebody who works for an office of the city (工作人员)."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    account = models.OneToOneField(Account, models.PROTECT, related_name="officer")
    office = models.ForeignKey(DepartmentOffice, models.PROTECT, related_name="officers")
    title = models.CharField(max_length=80)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.public_id)


class OfficerGrant(models.Model):
    """A role given to an officer for a department, a division, items, a hall and a time (授权); empty = not narrowed.

    In force once a second person approved it; the house's own first grants need none. What entrusts a window with acceptance
    (授权受理) names its `document` (授权书) and the `seal` it uses.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=60)
    department = models.CharField(max_length=40, blank=True)
    division = models.CharField(max_length=12, blank=True)
    items = models.JSONField(default=list)
    hall = models.CharField(max_length=36, blank=True)
    document = models.CharField(max_length=200, blank=True)
    seal = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    given_by = models.CharField(max_length=36)
    approved_by = models.CharField(max_length=36, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(given_by="system") | ~Q(approved_by=F("given_by")), name="grant_by_two"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="grant_ends_after_it_began"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.division}"


class Absence(models.Model):
    """An officer's leave (请假) and who stands in (A/B岗). The stand-in takes the work with his own grants: none is copied."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="absences")
    stand_in = models.ForeignKey(Officer, models.PROTECT, related_name="standing_in")
    since = models.DateField()
    until = models.DateField()
    entered_by = models.CharField(max_length=36)
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="absence_ends_after_it_began"),
            models.CheckConstraint(condition=~Q(officer=F("stand_in")), name="another_stands_in"),
        )
        indexes = (models.Index(fields=("until",), condition=Q(ended_at__isnull=True), name="absence_open"),)

    def __str__(self) -> str:
        return str(self.public_id)


class Holding(models.Model):
    """The task, ticket or case that an account holds for a time (scope `t` of the table of duties); `target` is its public id."""

    holder = models.UUIDField()
    target = models.UUIDField()
    why = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("holder", "target")),)
        constraints = (
            models.UniqueConstraint(
                fields=("holder", "target"), condition=Q(ended_at__isnull=True), name="one_open_holding_of_a_target"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("since")), name="holding_ends_after_it_began"
            ),
        )

    def __str__(self) -> str:
        return f"{self.holder} {self.target}"


class Consent(models.Model):
    """A person's or organisation's consent (授权同意) to one use of one datum.

    PIPL arts. 14, 15 (withdrawal), 29 (a separate one for sensitive data).
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    subject = models.UUIDField(db_index=True)
    account = models.CharField(max_length=36)
    item = models.CharField(max_length=80)
    datum = models.CharField(max_length=120)
    separate = models.BooleanField(default=False)
    text_version = models.CharField(max_length=80)
    via = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("subject", "item", "datum"), condition=Q(withdrawn_at__isnull=True), name="one_consent_in_force"
            ),
            models.CheckConstraint(condition=~Q(text_version="") & ~Q(via=""), name="consent_has_text_and_channel"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")), name="withdrawn_after_given"
            ),
        )

    def __str__(self) -> str:
        return str(self.public_id)


class Peer(models.Model):
    """Another system that the house calls (对接系统) at the address that two persons approved; `private` allows a private one."""

    name = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=80)
    scheme = models.CharField(max_length=5, default="https")
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    key_id = models.CharField(max_length=40, unique=True)
    private = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    proposed_by = models.CharField(max_length=36)
    approved_by = models.CharField(max_length=36, blank=True)
    failures = models.PositiveIntegerField(default=0)
    closed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(scheme__in=("http", "https")), name="peer_speaks_http"),
            models.CheckConstraint(condition=Q(port__gt=0, port__lt=65536), name="peer_port_in_range"),
            models.CheckConstraint(condition=Q(demo=True) | ~Q(approved_by=F("proposed_by")), name="peer_by_two"),
        )

    def __str__(self) -> str:
        return self.name


class PeerCall(models.Model):
    """One call to a peer and how it ended. The path is kept without its query, which may hold personal values."""

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="calls")
    method = models.CharField(max_length=7)
    path = models.CharField(max_length=400)
    outcome = models.CharField(max_length=24)
    status = models.PositiveIntegerField(null=True)
    milliseconds = models.PositiveIntegerField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Nonce(models.Model):
    """A nonce that a system has used with its key (一次性随机数); kept for ten minutes."""

    key_id = models.CharField(max_length=40)
    nonce = models.CharField(max_length=32)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("key_id", "nonce"), name="nonce_used_once"),)

    def __str__(self) -> str:
        return self.nonce


class Bucket(models.Model):
    """How much of a limit is used up (限次): `full_at` is when it will be full again; `key` tells nobody whose it is."""

    key = models.BinaryField(max_length=32, primary_key=True)
    full_at = models.DateTimeField()

    def __str__(self) -> str:
        return bytes(self.key).hex()
