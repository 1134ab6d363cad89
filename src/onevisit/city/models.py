"""Places and bodies of a city. Codes are text of twelve digits, 2 + 2 + 2 + 3 + 3 (GB/T 2260, GB/T 10114)."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from onevisit.ledger.models import Stream


class Division(models.Model):
    """One administrative division (行政区划), from the city down to the village; a merged one keeps its row with `valid_to`."""

    class Level(models.TextChoices):
        CITY = "city", "市"
        COUNTY = "county", "县（区）"
        TOWN = "town", "乡镇（街道）"
        VILLAGE = "village", "村（社区）"

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=200)
    level = models.CharField(max_length=8, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    statistical = models.BooleanField(default=False)
    """A unit of the statistics code that is no government: it offers items only if a department is stationed there."""
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    stream = models.OneToOneField(Stream, models.PROTECT, null=True, related_name="+")
    """A city's own events: when it was founded, from which table."""

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=Q(code__regex=r"^\d{12}$"), name="division_code_is_12_digits"),
            models.CheckConstraint(condition=Q(level="city") | Q(parent__isnull=False), name="division_below_city_has_parent"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="division_ends_after_it_began"
            ),
        )

    def __str__(self) -> str:
        return self.code


class Department(models.Model):
    """A line of government (部门), by a word that definitions use; the bodies themselves are its offices."""

    id = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=200, unique=True)
    levels = models.JSONField(default=list)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.id


class DepartmentOffice(models.Model):
    """The body of a department in one division (实施主体), with its credit code."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    department = models.ForeignKey(Department, models.PROTECT, related_name="offices")
    division = models.ForeignKey(Division, models.PROTECT, related_name="offices")
    name = models.CharField(max_length=200)
    credit_code = models.CharField(max_length=18, unique=True)
    phone = models.CharField(max_length=40, blank=True)
    demo = models.BooleanField(default=False)

    class Meta:
        ordering = ("division__code", "department_id")
        constraints = (models.UniqueConstraint(fields=("department", "division"), name="one_office_a_department_and_division"),)

    def __str__(self) -> str:
        return self.name


class Hall(models.Model):
    """A service hall (政务大厅): `hours` by weekday, `accessibility` the aids of 无障碍环境建设法 art. 40 that it has."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    division = models.ForeignKey(Division, models.PROTECT, related_name="halls")
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=400)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.JSONField(default=dict)
    accessibility = models.JSONField(default=dict)
    demo = models.BooleanField(default=False)

    class Meta:
        ordering = ("division__code", "name")
        constraints = (models.UniqueConstraint(fields=("division", "name"), name="hall_name_unique_in_division"),)

    def __str__(self) -> str:
        return self.name


class CalendarYear(models.Model):
    """The days off of one year (节假日安排): from the State Council's notice, or provisional until it is out.

    `version` counts the changes: a due date says by which versions it was reckoned.
    """

    class State(models.TextChoices):
        NOTICE = "notice", "已公布"
        PROVISIONAL = "provisional", "暂定"

    year = models.PositiveSmallIntegerField(unique=True)
    state = models.CharField(max_length=12, choices=State)
    source = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    stream = models.OneToOneField(Stream, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("year",)

    def __str__(self) -> str:
        return str(self.year)


class Holiday(models.Model):
    """A day off, or a make-up working day (调休), that the weekday does not tell."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "放假"
        WORKDAY = "workday", "调休上班"

    year = models.ForeignKey(CalendarYear, models.PROTECT, related_name="days")
    date = models.DateField(unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    festival = models.CharField(max_length=40)

    class Meta:
        ordering = ("date",)

    def __str__(self) -> str:
        return self.date.isoformat()
