"""The list of the studio: every item at its level, what is in force, what is on its way, how good its guide is (质量分)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import cast

from django.db import connection
from django.db.models import Count

from onevisit.catalogue import phrases, queries, revisions
from onevisit.catalogue.models import BaseItem, Item, Revision, Standard
from onevisit.core import lint, visits
from onevisit.core.diagnostics import Diagnostic
from onevisit.core.offers import Register
from onevisit.core.visits import Promise

Place = tuple[str, str]
"""An item and a level."""


@dataclass(frozen=True, slots=True)
class Line:
    """An item at one level, as the studio lists it; `version` is 0 where none is in force."""

    key: str
    name: str
    type: str
    level: str
    level_name: str
    department: str
    score: int
    failed: tuple[tuple[str, int], ...]
    """Codes of lint with how often each was found."""
    places: int
    version: int = 0
    word: str = ""
    published_at: datetime | None = None
    public_days: int = 0
    """Working days from decision to publication."""
    revision: str = ""
    saved: int = 0
    state: str = ""
    state_name: str = ""

    @property
    def late(self) -> bool:
        """Whether it was public later than the plan allows."""
        return self.public_days > revisions.PUBLIC_WITHIN

    def of(self, standard: Standard | None, moving: Revision | None) -> "Line":
        """The line with what is in force and what is on its way."""
        line = self
        if standard:
            word, days = visits.WORDS[cast(Promise, standard.promise)], revisions.days_to_public(standard)
            line = replace(line, version=standard.version, word=word, published_at=standard.published_at, public_days=days)
        if moving:
            revision, state_name = str(moving.public_id), moving.get_state_display()
            line = replace(line, revision=revision, saved=moving.saved, state=moving.state, state_name=state_name)
        return line


def lines() -> tuple[Line, ...]:
    """Every item that has a standard in force or one on its way, by department and name."""
    published = Standard.objects.filter(state=Standard.State.PUBLISHED).select_related("base_item__department")
    standards = {(row.base_item.key, row.level): row for row in published.defer("definition", "text")}
    drafts = Revision.objects.filter(state__in=Revision.OPEN).select_related("base_item__department").defer("content")
    moving = {(row.base_item.key, row.level): row for row in drafts}
    bases = {place: row.base_item for place, row in moving.items()} | {place: row.base_item for place, row in standards.items()}
    found, offered = _found(str(connection.settings_dict["NAME"]), queries.edition(), queries.register()), _offered()
    listed = [
        _line(base, place[1], found.get(place, ()), offered.get(place, 0)).of(standards.get(place), moving.get(place))
        for place, base in bases.items()
    ]
    return tuple(sorted(listed, key=lambda one: (one.department, one.name, one.level)))


def _offered() -> Mapping[Place, int]:
    rows = Item.objects.filter(active=True).values_list("base_item__key", "level").annotate(n=Count("pk")).order_by()
    return {(key, level): n for key, level, n in rows}


@lru_cache(maxsize=2)
def _found(_database: str, _edition: str, _register: Register) -> Mapping[Place, tuple[Diagnostic, ...]]:
    """What lint says today of everything in force."""
    found: dict[Place, tuple[Diagnostic, ...]] = {}
    for one in lint.lint(revisions.others()).diagnostics:
        key, _, level = one.file.partition("/")
        found[key, level] = (*found.get((key, level), ()), one)
    return found


def score(diagnostics: Sequence[Diagnostic]) -> int:
    """The quality of a guide: 100, less 10 for each kind of error and 3 for each kind of warning, never below 0.

    Kinds count and not findings: a guide with forty materials is not worse for saying the same thing forty times.
    """
    kinds = {(one.code, one.severity) for one in diagnostics}
    return max(0, 100 - sum(10 if severity == "error" else 3 for _, severity in kinds))


def _line(base: BaseItem, level: str, found: Sequence[Diagnostic], places: int) -> Line:
    codes = [one.code for one in found]
    failed = tuple((code, codes.count(code)) for code in dict.fromkeys(codes))
    return Line(base.key, base.name, base.type, level, phrases.LEVELS[level], base.department.name, score(found), failed, places)
