"""Rule sets, each version once and unchangeable, and every run with what it was told."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from onevisit.identity.personal import PersonalJSON
from onevisit.ledger.models import Stream


class RuleSet(models.Model):
    """One version of a rule (规则): its text, who wrote it, who put it in force. At most one version of a name is in force.

    `text` is the JDM file as JSON text, in the order it was written in.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        ACTIVE = "active", "启用"
        STOPPED = "stopped", "停用"
        RETIRED = "retired", "失效"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    stream = models.OneToOneField(Stream, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    text = models.TextField()
    content_hash = models.CharField(max_length=80)
    author = models.CharField(max_length=120)
    activator = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    made_at = models.DateTimeField()
    active_from = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("name", "version"), name="rule_version_once"),
            models.UniqueConstraint(fields=("name",), condition=Q(state__in=("active", "stopped")), name="one_rule_in_force"),
            models.CheckConstraint(condition=Q(state="draft") | ~Q(author=F("activator")), name="author_is_not_activator"),
            models.CheckConstraint(condition=Q(state="draft") | Q(active_from__isnull=False), name="rule_active_from_a_time"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Run(models.Model):
    """One decision by a rule (规则运行): what it was told, sealed with the case's key, and what it said. Only ever added to.

    `stopped`: the rule was stopped and did not look at the facts.
    """

    class Outcome(models.TextChoices):
        GRANT = "grant", "准予"
        REFUSE = "refuse", "建议不予"
        HUMAN = "human", "转人工"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.UUIDField(db_index=True)
    owner_key = models.UUIDField()
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="runs")
    on = models.DateField()
    stopped = models.BooleanField(default=False)
    facts = PersonalJSON("事实")
    facts_hash = models.CharField(max_length=80)
    outcome = models.CharField(max_length=6, choices=Outcome)
    result = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    trace = PersonalJSON("过程")
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(owner_key=F("case")), name="run_sealed_for_its_case"),
            models.CheckConstraint(condition=Q(missing=[]) | Q(outcome="human"), name="run_with_doubt_is_for_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.rule_set_id} {self.outcome}"
