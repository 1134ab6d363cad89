"""The catalogue in three layers (基本目录, 标准化规程, 实施清单): what is the same everywhere stands once, as high as it can."""

from uuid import uuid4

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from onevisit.city.models import Department, DepartmentOffice, Division
from onevisit.ledger.models import Stream


class BaseItem(models.Model):
    """One item of the base catalogue (基本目录事项): name, type and legal basis live here and nowhere else.

    `key` is our stable word; `code` the official base code, or a provisional one (临时编码) until the city has imported its own.
    """

    key = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=12, blank=True)
    code_provisional = models.BooleanField(default=False)
    name = models.CharField(max_length=300, unique=True)
    type = models.CharField(max_length=40)
    department = models.ForeignKey(Department, models.PROTECT, related_name="base_items")
    basis = models.JSONField(default=list)
    theme = models.JSONField(default=list)
    audience = models.JSONField(default=list)
    levels = models.JSONField(default=list)
    handling = models.CharField(max_length=10, blank=True)
    legal_days = models.PositiveSmallIntegerField(null=True)
    words = models.JSONField(default=list)
    """People's own words for it, for search."""
    about = models.JSONField(default=list)
    """Words that stand around it: other names of what it speaks of, common questions."""
    source = models.CharField(max_length=200)
    """Where this row comes from, with the doubt that its source declares."""
    indexed_at = models.DateTimeField(null=True)
    """When its words last changed; what is kept of them in memory is as old as the newest of these."""

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(key__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="base_item_key_is_a_word"),
            models.CheckConstraint(condition=Q(code__regex=r"^([0-9A-Z]{12})?$"), name="base_item_code_is_12"),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="base_item_code_once"),
        )
        indexes = (
            GinIndex(fields=["theme"], name="base_item_theme"),
            models.Index(fields=["-indexed_at"], name="base_item_newest"),
        )

    def __str__(self) -> str:
        return self.key


class Standard(models.Model):
    """One version of the definition of an item at one level (标准化规程).

    Once published nothing of it changes, it can only be retired: a trigger holds that.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已公布"
        RETIRED = "retired", "已停用"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    stream = models.OneToOneField(Stream, models.PROTECT)
    base_item = models.ForeignKey(BaseItem, models.PROTECT, related_name="standards")
    level = models.CharField(max_length=8, choices=Division.Level)
    version = models.PositiveIntegerField()
    definition = models.TextField()
    """As JSON text: the order of its options is part of what it says, and the database's JSON would lose it."""
    text = models.TextField()
    content_hash = models.CharField(max_length=64)
    pack = models.CharField(max_length=64)
    promise = models.CharField(max_length=4)
    """What `core.visits` computed at publishing: zero, one or many."""
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    decided_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("base_item_id", "level", "version")
        constraints = (
            models.UniqueConstraint(fields=["base_item", "level", "version"], name="standard_version_once"),
            models.UniqueConstraint(fields=["base_item", "level"], condition=Q(state="published"), name="standard_one_in_force"),
            models.CheckConstraint(condition=Q(state="draft") | Q(published_at__isnull=False), name="standard_published_when"),
            models.CheckConstraint(
                condition=Q(published_at__gte=F("decided_at")) | Q(published_at=None), name="standard_decided_first"
            ),
        )

    def __str__(self) -> str:
        return f"{self.base_item_id} {self.level} v{self.version}"


class StandardFile(models.Model):
    """A blank form or a filled sample (空白表, 样本) of one version, as the pack brought it; it never changes (trigger)."""

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="files")
    name = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta:
        ordering = ("standard_id", "name")
        constraints = (models.UniqueConstraint(fields=["standard", "name"], name="standard_file_once"),)

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """An item as one division offers it (实施清单): its office, and only tighter promises (`offer`, see `offers`)."""

    code = models.CharField(max_length=31, unique=True)
    base_item = models.ForeignKey(BaseItem, models.PROTECT, related_name="items")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    level = models.CharField(max_length=8, choices=Division.Level)
    office = models.ForeignKey(DepartmentOffice, models.PROTECT, related_name="+")
    offer = models.JSONField(default=dict)
    active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("base_item_id", "division_id")
        constraints = (models.UniqueConstraint(fields=["base_item", "division"], name="item_once_a_division"),)
        indexes = (
            models.Index(fields=["division", "active"], name="item_division"),
            models.Index(fields=["-changed_at", "-id"], name="item_newest"),
        )

    def __str__(self) -> str:
        return self.code


class RegisterEntry(models.Model):
    """What a linter must know of the rest of the city (登记册): shared, licensed, cancelled, promised, unobtainable.

    Each level says so for itself: what a pack brought and what this city decided (`CITY`) stand side by side.
    """

    CITY = "city"
    """What stands for the pack of an entry that a decision of this city made."""

    class Kind(models.TextChoices):
        SHARED = "shared", "共享数据"
        LICENCE = "licence", "电子证照"
        CANCELLED = "cancelled", "已取消的证明"
        COMMITMENT = "commitment", "告知承诺"
        UNOBTAINABLE = "unobtainable", "无法开具的证明"

    kind = models.CharField(max_length=12, choices=Kind)
    word = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    provider = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    pack = models.CharField(max_length=64)

    class Meta:
        ordering = ("kind", "word", "pack")
        constraints = (models.UniqueConstraint(fields=["kind", "word", "pack"], name="register_word_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.word}"


class Miss(models.Model):
    """Words of a search that found nothing, in one division (零结果); `settled` is the key of the item that was given the word.

    It keeps nobody's name and nothing that looks like a number of a person.
    """

    words = models.CharField(max_length=40)
    division = models.CharField(max_length=12, blank=True)
    count = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()
    settled = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-count", "id")
        constraints = (models.UniqueConstraint(fields=["words", "division"], name="miss_once"),)
        indexes = (models.Index(fields=["-count"], condition=Q(settled=""), name="miss_open"),)

    def __str__(self) -> str:
        return self.words


class Trial(models.Model):
    """A table that an editor has had read for trial (试读): it waits for a day to become drafts, then it is gone."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    account = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    content = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        indexes = (models.Index(fields=["at"], name="trial_age"),)

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """A change of a standard on its way (修订稿): written, reviewed by another person, published at its moment.

    `content` is the document as JSON text, faults and all; `saved` counts the times it was kept: nobody overwrites another.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "起草中"
        REVIEW = "review", "待审核"
        DECIDED = "decided", "待公布"
        PUBLISHED = "published", "已公布"
        DROPPED = "dropped", "已放弃"

    OPEN = (State.DRAFT, State.REVIEW, State.DECIDED)

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    stream = models.OneToOneField(Stream, models.PROTECT)
    base_item = models.ForeignKey(BaseItem, models.PROTECT, related_name="revisions")
    level = models.CharField(max_length=8, choices=Division.Level)
    origin = models.ForeignKey(Standard, models.PROTECT, null=True, related_name="+")
    """The version that it changes; none for a standard that is new."""
    content = models.TextField()
    saved = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    writers = models.JSONField(default=list)
    """Accounts that wrote any of it: none of them may publish it."""
    note = models.CharField(max_length=500, blank=True)
    """Why it changes, in the writer's words."""
    remark = models.CharField(max_length=500, blank=True)
    """Why it was sent back, in the reviewer's words."""
    changed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    effective_at = models.DateTimeField(null=True)
    published = models.OneToOneField(Standard, models.PROTECT, null=True, related_name="revision")

    class Meta:
        ordering = ("-changed_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["base_item", "level"], condition=Q(state__in=["draft", "review", "decided"]), name="revision_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["decided", "published"]) | Q(decided_at__isnull=False, effective_at__isnull=False),
                name="revision_decided_when",
            ),
            models.CheckConstraint(condition=~Q(state="published") | Q(published__isnull=False), name="revision_published_what"),
        )
        indexes = (models.Index(fields=["state", "effective_at"], name="revision_due"),)

    def __str__(self) -> str:
        return f"{self.base_item_id} {self.level} {self.state}"


class RevisionFile(models.Model):
    """A blank form or sample that a revision brings, beside those of the version that it changes."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="files")
    name = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta:
        ordering = ("revision_id", "name")
        constraints = (models.UniqueConstraint(fields=["revision", "name"], name="revision_file_once"),)

    def __str__(self) -> str:
        return self.name


class Remark(models.Model):
    """What a reader of the guide says is wrong with one element of it (报错), and what the editor answered.

    It keeps nobody's name; what looks like a number of a person is masked before it is kept.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    base_item = models.ForeignKey(BaseItem, models.PROTECT, related_name="remarks")
    level = models.CharField(max_length=8, choices=Division.Level)
    division = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    element = models.CharField(max_length=100)
    """The path in the definition, as lint names it; empty for the guide as a whole."""
    said = models.CharField(max_length=500)
    at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("answered_at", "-at", "id")
        indexes = (models.Index(fields=["base_item"], condition=Q(answered_at=None), name="remark_open"),)

    def __str__(self) -> str:
        return f"{self.base_item_id} {self.element}"


class Posting(models.Model):
    """Evidence that a version was published elsewhere (公布凭证): address, time and the hash found there; it only grows."""

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="postings")
    place = models.CharField(max_length=40)
    """Which site: `portal`, `province`."""
    address = models.CharField(max_length=500)
    at = models.DateTimeField()
    content_hash = models.CharField(max_length=64, blank=True)
    """The hash that the site shows; empty where it could not be reached."""
    agrees = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-at", "id")
        indexes = (models.Index(fields=["standard", "place", "-at"], name="posting_newest"),)

    def __str__(self) -> str:
        return f"{self.standard_id} {self.place}"


class MasterChange(models.Model):
    """One field in which the province's item library says another thing than the city (主数据差异), and what was decided.

    `owner` says whose the field is: what the province owns is taken, what the city owns is never overwritten.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", "待处理"
        TAKEN = "taken", "已采用省库"
        KEPT = "kept", "保留本市"

    base_item = models.ForeignKey(BaseItem, models.PROTECT, null=True, related_name="master_changes")
    code = models.CharField(max_length=40)
    """The library's code of the item; `base_item` is empty for one that the city does not have."""
    field = models.CharField(max_length=40)
    owner = models.CharField(max_length=10)
    ours = models.TextField(blank=True)
    theirs = models.TextField(blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.OPEN)
    seen_at = models.DateTimeField()
    settled_by = models.CharField(max_length=64, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("code", "field")
        constraints = (
            models.UniqueConstraint(fields=["code", "field"], condition=Q(outcome="open"), name="master_change_open_once"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.field}"
