"""Every read of proofs: the register with its reviews, the matrix of the eight rules, circles, the public lists, outages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count

from onevisit.access import Actor, Duty, Hidden, Target, may, require
from onevisit.catalogue import phrases, replies, revisions
from onevisit.catalogue import queries as catalogue
from onevisit.catalogue.models import Item
from onevisit.city import queries as city
from onevisit.core.definition import Standard
from onevisit.core.offers import Register
from onevisit.core.proofs import whose
from onevisit.identity import queries as identity
from onevisit.proofs import register as derived
from onevisit.proofs.eight import EIGHT, RULES, Evidence, Rule
from onevisit.proofs.models import FallbackAsk, Outage, Proof, ProofReview
from onevisit.proofs.register import Asker, Circle, Entry, Gathered

STATES: Mapping[str, str] = dict(Proof.State.choices)
BY_THE_CITY = "本市决定"
DONE = (Proof.State.KEPT, Proof.State.CANCELLED)


@dataclass(frozen=True)
class ReviewView:
    """One review: what was proposed on which evidence, and what another person decided."""

    id: str
    proposal: str
    proposal_name: str
    rule: Rule | None
    evidence: tuple[Evidence, ...]
    asked: tuple[Mapping[str, str], ...]
    why: str
    instead: str
    proposed_by: str
    proposer: str
    proposed_at: datetime
    outcome: str
    outcome_name: str
    reason: str
    decider: str
    decided_at: datetime | None


@dataclass(frozen=True)
class ProofView:
    """A proof as it stands: what is in force says of it (`entry`), and what was decided. `still_asked`: though cancelled."""

    entry: Entry
    state: str
    state_name: str
    changed_at: datetime | None
    reviews: tuple[ReviewView, ...] = ()

    @property
    def open(self) -> ReviewView | None:
        """The review that waits for a decision."""
        return next((one for one in self.reviews if not one.outcome), None)

    @property
    def still_asked(self) -> tuple[Asker, ...]:
        """The items that ask for it although it is cancelled: work that is left to do."""
        return self.entry.askers if self.state == Proof.State.CANCELLED else ()


@dataclass(frozen=True)
class Sifted:
    """Which proofs are wanted: by the level and department that ask, the state, a word in the name, one of the eight rules."""

    level: str = ""
    department: str = ""
    state: str = ""
    words: str = ""
    rule: str = ""

    def fits(self, one: ProofView) -> bool:
        """Whether the proof is wanted."""
        asked = any(self.level in ("", a.level) and self.department in ("", a.department) for a in one.entry.askers)
        against = any(each.rule.id == self.rule and each.verdict != "no" for each in one.entry.evidence)
        everywhere = not (self.level or self.department)
        return (
            (asked or everywhere)
            and self.state in ("", one.state)
            and self.words in one.entry.name
            and (not self.rule or against)
        )


def register(sifted: Sifted | None = None) -> tuple[ProofView, ...]:
    """Every proof that is asked for or was reviewed, by name; those that are wanted, if it is said which."""
    rows = {row.key: row for row in Proof.objects.all()}
    entries, names = _gathered().entries, _departments()
    known = [*entries.values(), *(_bare(row, names) for row in rows.values() if row.key not in entries)]
    views = (_view(one, rows.get(one.key)) for one in sorted(known, key=lambda one: (one.name, one.issuer)))
    return tuple(one for one in views if sifted is None or sifted.fits(one))


def proof(actor: Actor, key: str) -> ProofView:
    """One proof with all its reviews, the newest first, for whoever writes or publishes guides; raises Hidden."""
    _require_staff(actor, Target("proof", id=key))
    row = Proof.objects.filter(key=key).first()
    entry = entry_of(key)
    reviews = list(row.reviews.all()) if row else []
    names = identity.titles({who for one in reviews for who in (one.proposed_by, one.decided_by) if who})
    return replace(_view(entry, row), reviews=tuple(_review(one, names) for one in reviews))


def entry_of(key: str) -> Entry:
    """What is in force says of this proof; raises Hidden. For this room's actions."""
    found = _gathered().entries.get(key)
    if found is None:
        row = Proof.objects.filter(key=key).first()
        if row is None:
            raise Hidden(f"proof {key}")
        found = _bare(row, _departments())
    return found


def namesakes(entry: Entry) -> tuple[Entry, ...]:
    """Other proofs of the same name that are asked for: what is cancelled by its name would take them along."""
    return tuple(one for one in _gathered().entries.values() if one.key != entry.key and whose(one.name) == whose(entry.name))


def _require_staff(actor: Actor, on: Target) -> None:
    """Whoever decides may read, and whoever drafts."""
    if not may(actor, Duty.GUIDE_PUBLISH, on):
        require(actor, Duty.GUIDE_DRAFT, on)


@dataclass(frozen=True)
class Matrix:
    """Proofs by the eight rules: the rules as columns, a proof with its evidence as each row."""

    rules: tuple[Rule, ...]
    rows: tuple[ProofView, ...]


def matrix(sifted: Sifted | None = None) -> Matrix:
    """Every proof that is asked for against the eight rules; those for which most speaks first."""
    rows = [one for one in register(sifted) if one.entry.askers]
    return Matrix(EIGHT, tuple(sorted(rows, key=lambda one: -len(one.entry.against))))


def circles() -> tuple[Circle, ...]:
    """The circles of proofs in force: those that no alternative leads out of."""
    return _gathered().circles


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a public list (保留证明清单, 取消证明清单): the proof, who asks or asked, who issues.

    `basis`: by which law it is asked for, or by which document it was cancelled.
    """

    name: str
    issuer: str
    items: tuple[str, ...]
    levels: tuple[str, ...]
    departments: tuple[str, ...]
    basis: tuple[str, ...]
    why: str
    instead: str
    since: str


LISTS: Mapping[str, str] = {"kept-proofs": "保留证明清单", "cancelled-proofs": "取消证明清单"}


def listed(name: str, level: str = "", department: str = "") -> tuple[Line, ...]:
    """The lines of one public list, narrowed to those that an item of this level or department asks or asked for."""
    wanted = Proof.State.KEPT if name == "kept-proofs" else Proof.State.CANCELLED
    rows = Proof.objects.filter(state=wanted).order_by("name").prefetch_related("reviews")
    entries, names = _gathered().entries, _departments()
    lines = [_line(row, entries.get(row.key), names) for row in rows]
    if wanted == Proof.State.CANCELLED:
        lines += _abolished({whose(one.name) for one in lines})
    level_name = phrases.LEVELS.get(level, level)
    return tuple(one for one in lines if _within(level_name, one.levels) and _within(department, one.departments))


def unreviewed() -> int:
    """How many proofs are asked for and not decided on yet."""
    return sum(one.state not in DONE for one in register() if one.entry.askers)


def _within(wanted: str, found: Sequence[str]) -> bool:
    return not wanted or wanted in found


def _line(row: Proof, entry: Entry | None, departments: Mapping[str, str]) -> Line:
    """The decision in force, with who asks today (kept) or who asked when it was decided (cancelled)."""
    last = next(one for one in row.reviews.all() if one.outcome == ProofReview.Outcome.ACCEPTED)
    gone = row.state == Proof.State.CANCELLED
    asked = last.asked if gone or entry is None else asked_of(entry)
    basis = (BY_THE_CITY,) if gone else _each(asked, "basis")
    rule = RULES.get(last.rule)
    decided = last.decided_at.astimezone(settings.ZONE).date().isoformat() if last.decided_at else ""
    return Line(
        row.name, departments.get(row.issuer, row.issuer), _each(asked, "item_name"), _each(asked, "level_name"),
        _each(asked, "department_name"), basis, f"{rule.text}一律取消：{last.why}" if rule else last.why,
        last.instead, decided,
    )  # fmt: skip


def _abolished(known: set[str]) -> Iterator[Line]:
    """What the country cancelled stands on the list of every city."""
    for one in replies.abolished():
        if whose(one.name) not in known:
            yield Line(one.name, "", (), (), (), (one.by,), "上级部门已经公布取消", one.instead, "")


def _each(asked: Sequence[Mapping[str, str]], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one[name] for one in asked if one[name]))


def asked_of(entry: Entry) -> list[dict[str, str]]:
    """Who asks, as a review keeps it."""
    return [
        {
            "item": one.item, "item_name": one.item_name, "level_name": phrases.LEVELS[one.level],
            "department_name": one.department_name, "basis": one.basis,
        }
        for one in entry.askers
    ]  # fmt: skip


def _gathered() -> Gathered:
    """What is in force says, worked out once for each edition of the catalogue and its register."""
    departments = tuple(_departments().items())
    return _worked_out(str(connection.settings_dict["NAME"]), catalogue.edition(), catalogue.register(), departments)


@lru_cache(maxsize=2)
def _worked_out(database: str, edition: str, known: Register, departments: tuple[tuple[str, str], ...]) -> Gathered:
    offered = Item.objects.filter(active=True).values("base_item__key", "level").annotate(n=Count("pk"))
    places = {(row["base_item__key"], row["level"]): row["n"] for row in offered}
    standards = [one.document for one in revisions.in_force(database, edition) if isinstance(one.document, Standard)]
    return derived.gather(standards, places, known, dict(departments), replies.abolished())


def _departments() -> Mapping[str, str]:
    return {one.id: one.name for one in city.departments()}


def _bare(row: Proof, departments: Mapping[str, str]) -> Entry:
    """A proof for which nobody asks any more."""
    return Entry(row.key, row.name, row.issuer, departments.get(row.issuer, row.issuer), (), (), ())


def _view(entry: Entry, row: Proof | None) -> ProofView:
    state = row.state if row else Proof.State.OPEN.value
    return ProofView(entry, state, STATES[state], row.changed_at if row else None)


def _review(row: ProofReview, names: Mapping[str, str]) -> ReviewView:
    found = tuple(Evidence(RULES[one["rule"]], one["verdict"], tuple(one["words"])) for one in row.evidence)
    return ReviewView(
        str(row.public_id), row.proposal, row.get_proposal_display(), RULES.get(row.rule), found, tuple(row.asked), row.why,
        row.instead, row.proposed_by, names.get(row.proposed_by, ""), row.proposed_at, row.outcome, row.get_outcome_display(),
        row.reason, names.get(row.decided_by, ""), row.decided_at,
    )  # fmt: skip


@dataclass(frozen=True)
class AskView:
    """What was asked of an applicant in a source's stead; the case by its id, never its contents."""

    case: str
    material: str
    who: str
    asked_at: datetime
    failed_at: datetime


@dataclass(frozen=True)
class OutageView:
    """A source that was or is down, and what offices asked for meanwhile."""

    id: str
    source: str
    name: str
    provider_name: str
    failure: str
    since: datetime
    ended_at: datetime | None
    asks: tuple[AskView, ...]


def outages(actor: Actor, limit: int = 100) -> tuple[OutageView, ...]:
    """The sources that are down, then those that were, the newest first; for whoever writes or publishes guides."""
    _require_staff(actor, Target("outage"))
    known = Outage.objects.prefetch_related("asks").order_by("-ended_at", "-since")
    rows = [*known.filter(ended_at=None), *known.exclude(ended_at=None)[:limit]]
    names = identity.titles({ask.asked_by for row in rows for ask in row.asks.all()})
    departments = _departments()
    return tuple(_outage(row, names, departments) for row in rows)


def open_outages() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The sources that are down, each with the cases in which something was asked in its stead, the newest first."""
    rows = Outage.objects.filter(ended_at=None).prefetch_related("asks")
    return tuple((row.source, tuple(dict.fromkeys(str(one.case) for one in row.asks.all()))) for row in rows)


def stood_in(case: str) -> frozenset[str]:
    """The materials that this case was asked for because their source was down."""
    return frozenset(FallbackAsk.objects.filter(case=UUID(case)).values_list("material", flat=True))


def _outage(row: Outage, names: Mapping[str, str], departments: Mapping[str, str]) -> OutageView:
    asks = tuple(
        AskView(str(one.case), one.material, names.get(one.asked_by, ""), one.asked_at, one.failed_at) for one in row.asks.all()
    )
    return OutageView(
        str(row.public_id), row.source, row.name, departments.get(row.provider, row.provider), row.failure, row.since,
        row.ended_at, asks,
    )  # fmt: skip


def kept_evidence(entry: Entry) -> list[dict[str, Any]]:
    """The evidence of the eight rules, as a review keeps it."""
    return [{"rule": one.rule.id, "verdict": one.verdict, "words": list(one.words)} for one in entry.evidence]
