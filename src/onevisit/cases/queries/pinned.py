"""How many applications stand on which version of a standard: drafts that a change touches, cases that it does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from onevisit.cases.models import Case
from onevisit.core import stages


@dataclass(frozen=True, slots=True)
class Pinned:
    """Applications of one version: not yet filed, on their way, ended."""

    drafts: int = 0
    running: int = 0
    ended: int = 0


def pinned(standards: Sequence[int]) -> Mapping[int, Pinned]:
    """The counts of each version, by its id; versions without any are not in it."""
    over = Q(stage__in=stages.ENDS)
    draft = Q(stage="draft")
    rows = Case.objects.filter(standard__in=standards).values("standard").order_by()
    counted = rows.annotate(drafts=Count("pk", draft), ended=Count("pk", over), whole=Count("pk"))
    return {row["standard"]: Pinned(row["drafts"], row["whole"] - row["drafts"] - row["ended"], row["ended"]) for row in counted}
