"""Cases and what hangs on them. A case row is the cache of `fold(events)`; `onevisit check` proves it."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Collate, Reverse

from onevisit.catalogue.models import Standard
from onevisit.core.workdays import Calendar
from onevisit.identity.personal import PersonalField, PersonalJSON
from onevisit.ledger.models import Stream
from onevisit.ledger.rows import Writes
from onevisit.papers.models import StoredFile


class Case(models.Model):
    """One filing of one applicant for one item (办件), pinned to the standard's version it began with.

    `data` holds answers and values with their sources, sealed under the case's own key (`owner_key`, its public id):
    erasing the key erases the values. `place`: the most local division that is known of it, from which steps of towns and
    villages find their office. `offer`: the parameters and promises of the division as they stood at filing. `notice_due_at`:
    when silence accepts it (视为受理), None while nothing is owed by the office. `jointly`: the other parties, whose case it is
    too.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner_key = models.UUIDField(editable=False)
    stream = models.OneToOneField(Stream, on_delete=models.PROTECT)
    number = models.CharField(max_length=50, unique=True, null=True)  # noqa: DJ001 - a draft has none, and many have none
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT)
    item_key = models.CharField(max_length=64)
    item_code = models.CharField(max_length=33)
    item_name = models.TextField()
    division = models.CharField(max_length=12)
    department = models.CharField(max_length=40)
    office_name = models.TextField()
    applicant_kind = models.CharField(max_length=12)
    applicant = models.UUIDField()
    filed_by = models.CharField(max_length=36)
    affair = models.UUIDField(default=uuid4)
    place = models.CharField(max_length=12, blank=True)
    offer = models.JSONField(default=dict)
    jointly = models.JSONField(default=list)
    stage = models.CharField(max_length=12, default="draft")
    state = models.JSONField(default=dict)
    data = PersonalJSON()
    version = models.IntegerField(default=0)
    outcome = models.CharField(max_length=8, blank=True)
    received_at = models.DateTimeField(null=True)
    notice_due_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    legal_due_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    test = models.BooleanField(default=False)

    mark = ""
    """Which version of the row this is, where it was read to be changed."""
    calendar: Calendar | None = None
    """The working calendar that the act on this row reckons with (`clocks.calendar_of`)."""
    as_read: Mapping[str, Any] = {}
    """The columns as they were when the row was locked: what differs is stored when the events are appended."""
    writes: Writes
    """What else is stored then; an action that appends nothing must not use it."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["applicant", "item_key", "division"], condition=Q(stage="draft"), name="one_open_draft"
            ),
            models.CheckConstraint(
                condition=Q(stage="draft") | Q(stage="withdrawn") | Q(stage="lapsed") | Q(number__isnull=False), name="numbered"
            ),
        )
        indexes = (
            models.Index(fields=["applicant", "-updated_at"], name="case_applicant"),
            models.Index(fields=["division", "department", "stage", "due_at"], name="case_office_due"),
            models.Index(fields=["notice_due_at"], condition=Q(stage="received"), name="case_silence"),
            models.Index(Collate(Reverse("number"), "C"), name="case_number_back"),
        )

    def __str__(self) -> str:
        return self.number or str(self.public_id)


class Task(models.Model):
    """A step that can be done now (待办环节): who has it, and the claim of whoever does it. Closed when the step is over.

    `due_at`: by when this step should be done, where it has days of its own. `by_at`: by when the case must get on, the promise
    or the end of the notice period: the order of work. `confirmed`: who of several parties has done his part of it already.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    step = models.CharField(max_length=64)
    does = models.CharField(max_length=12)
    hands = models.CharField(max_length=80)
    party = models.CharField(max_length=40, blank=True)
    due_at = models.DateTimeField(null=True)
    by_at = models.DateTimeField(null=True)
    confirmed = models.JSONField(default=list)
    division = models.CharField(max_length=12)
    department = models.CharField(max_length=40)
    attempt = models.IntegerField(default=0)
    claimed_by = models.CharField(max_length=36, blank=True)
    claimed_until = models.DateTimeField(null=True)
    waiting_for = models.TextField(blank=True)
    next_try_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "step"], name="one_task_a_step"),)
        indexes = (
            models.Index(fields=["hands", "division", "department", "opened_at"], condition=Q(closed_at=None), name="task_open"),
            models.Index(fields=["division", "department", "by_at", "id"], condition=Q(closed_at=None), name="task_by_clock"),
            models.Index(fields=["claimed_by", "by_at", "id"], condition=Q(closed_at=None), name="task_in_hand"),
        )

    def __str__(self) -> str:
        return f"{self.case_id}:{self.step}"


class Party(models.Model):
    """Somebody who takes part in a case in a role of its definition (当事人): the buyer, the seller; `who` filed or was invited.

    `who` is a person's or an organisation's public id, None until somebody with this number has come; each confirms himself.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner_key = models.UUIDField(editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    who = models.UUIDField(null=True, db_index=True)
    name = PersonalField("当事人姓名", mask="name", null=True)
    number = PersonalField("当事人证件号码", mask="number", null=True)
    phone = PersonalField("当事人联系电话", mask="phone", null=True)
    invited_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "parties"
        constraints = (
            models.UniqueConstraint(fields=["case", "role", "who"], condition=Q(who__isnull=False), name="one_party_once_a_role"),
        )

    def __str__(self) -> str:
        return f"{self.case_id}:{self.role}"


class Owed(models.Model):
    """A material that may follow (容缺): the case was accepted without it, and lapses as its rule says if it never comes."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="owed")
    material = models.CharField(max_length=64)
    until = models.DateField()
    promised_at = models.DateTimeField()
    supplied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "owed"
        constraints = (models.UniqueConstraint(fields=["case", "material"], name="owed_once"),)

    def __str__(self) -> str:
        return f"{self.case_id}:{self.material}"


class Record(models.Model):
    """What was held at a place and a time by several officers (勘验笔录, 会议纪要): who, when, and what was found."""

    class Kind(models.TextChoices):
        INSPECTION = "inspection", "现场核查"
        MEETING = "meeting", "集体审议"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner_key = models.UUIDField(editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="records")
    kind = models.CharField(max_length=10, choices=Kind)
    step = models.CharField(max_length=64)
    officers = models.JSONField(default=list)
    held_at = models.DateTimeField()
    text = PersonalField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id}:{self.step}"


class Attachment(models.Model):
    """A file handed in for a material (上传材料). Removed ones stay until retention, marked."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner_key = models.UUIDField(editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attachments")
    material = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    name = PersonalField()
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.case_id}:{self.material}"


class Decision(models.Model):
    """The legal act that ends the examination (决定): grant or refuse, by rule or by a person, with its reasons.

    `run` is the rule's run that computed it, where one did; `opinion` the words of the person who signed.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner_key = models.UUIDField(editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=8, choices=(("grant", "准予"), ("refuse", "不予")))
    run = models.UUIDField(null=True)
    signed_by = models.CharField(max_length=36)
    result = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    opinion = PersonalField(null=True)
    decided_at = models.DateTimeField()
    superseded = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case"], condition=Q(superseded=False), name="one_decision_in_force"),)

    def __str__(self) -> str:
        return f"{self.case_id}:{self.outcome}"


class Defect(models.Model):
    """One thing that the applicant is asked to mend (补正), told in the notice of this number; it cites what it speaks of."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner_key = models.UUIDField(editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="defects")
    notice = models.PositiveSmallIntegerField()
    target = models.CharField(max_length=80)
    wrong = PersonalField()
    mend = PersonalField()
    until = models.DateField()
    told_at = models.DateTimeField()
    mended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.case_id}:{self.target}"


class Opinion(models.Model):
    """What somebody wrote on a step or an act of the case (意见): a review, a reason to extend, a ground to turn away."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner_key = models.UUIDField(editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opinions")
    on = models.CharField(max_length=64)
    outcome = models.CharField(max_length=40, blank=True)
    text = PersonalField(null=True)
    by = models.CharField(max_length=36)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id}:{self.on}"


class Reminder(models.Model):
    """What an officer is told of a case that he did not do himself (内部提醒): accepted by silence, withdrawn from his hands."""

    class Kind(models.TextChoices):
        SILENCE = "silence", "没有在期限内告知，已视为受理"
        WITHDRAWN = "withdrawn", "申请人撤回了，不用再办"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reminders")
    account = models.CharField(max_length=36)
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(fields=["case", "account", "kind", "at"], name="reminder_once"),)
        indexes = (models.Index(fields=["account", "at"], condition=Q(seen_at=None), name="reminder_open"),)

    def __str__(self) -> str:
        return f"{self.case_id}:{self.kind}"
