"""What stands beside every section of an editor: findings with links, visits before and now, the picture of the process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from onevisit.access import Actor, Duty, may, require
from onevisit.catalogue import changes, revisions
from onevisit.catalogue import queries as catalogue
from onevisit.catalogue.revisions import Checked, RevisionView
from onevisit.channels.studio import drawing
from onevisit.channels.studio.editing import tree
from onevisit.channels.studio.editing.words import SECTIONS
from onevisit.city import queries as city
from onevisit.core import reading, visits
from onevisit.core.definition import Standard
from onevisit.core.diagnostics import Diagnostic
from onevisit.core.visits import Visits


@dataclass(frozen=True, slots=True)
class Tab:
    """One section in the list of sections, with how much is wrong in it."""

    name: str
    title: str
    errors: int
    warnings: int
    here: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the section in which it can be mended."""

    section: str
    title: str
    one: Diagnostic


def opened(actor: Actor, revision_id: str) -> RevisionView:
    """The revision of an address, for whoever may write or publish it. Raises `Hidden` for anybody else."""
    found = revisions.revision(revision_id)
    on = revisions.target_of(found)
    if not any(may(actor, duty, on) for duty in (Duty.GUIDE_DRAFT, Duty.GUIDE_PUBLISH)):
        require(actor, Duty.GUIDE_DRAFT, on)
    return found


def known(section: str) -> str:
    """The section of an address; any other is no page."""
    if section not in SECTIONS:
        raise Http404(section)
    return section


def checked(draft: RevisionView, document: Mapping[str, Any] | None = None) -> Checked:
    """What the compiler says of the draft as it is kept, or as it was just typed."""
    return revisions.check(draft.key, draft.level, tree.text(document) if document is not None else draft.content)


def section_of(path: str) -> str:
    """Where a path of the definition is edited."""
    first = path.split(".")[0]
    return next((name for name, (_, keys) in SECTIONS.items() if first in keys), "basics")


def tabs(found: Checked, here: str) -> list[Tab]:
    """Every section, with what is wrong in it."""
    places = [(section_of(one.path), one.severity) for one in found.diagnostics]
    return [
        Tab(name, title, places.count((name, "error")), places.count((name, "warning")), name == here)
        for name, (title, _) in SECTIONS.items()
    ]


def findings(found: Checked) -> list[Found]:
    """Every finding, errors first."""
    ordered = sorted(found.diagnostics, key=lambda one: one.severity != "error")
    return [Found(section_of(one.path), SECTIONS[section_of(one.path)][0], one) for one in ordered]


def others(draft: RevisionView, document: Mapping[str, Any]) -> tuple[str, ...]:
    """In what one's own text differs from what somebody else has saved meanwhile, in words."""
    theirs, mine = (reading.read(one).document for one in (draft.content, tree.text(document)))
    if not isinstance(theirs, Standard) or not isinstance(mine, Standard):
        return ()
    return tuple(one.text for one in changes.changes(theirs, mine))


def before(draft: RevisionView) -> Visits | None:
    """The visits of the version that it changes."""
    return visits.visits(catalogue.standard(draft.origin_id)) if draft.origin_id else None


def side(draft: RevisionView, found: Checked) -> dict[str, Any]:
    """What the side of the page shows."""
    then = before(draft)
    return {
        "draft": draft,
        "findings": findings(found),
        "counted": found.counted,
        "then": then,
        "better": bool(then and found.counted and _worst(found.counted) < _worst(then)),
        "worse": bool(then and found.counted and _worst(found.counted) > _worst(then)),
        "saves": _saves(found.counted),
        "drawing": drawing.drawn(found.standard) if found.standard else None,
    }


def _worst(counted: Visits) -> tuple[int, int]:
    return counted.zero.visits, counted.hall.visits


def _saves(counted: Visits | None) -> tuple[str, ...]:
    """What would save a visit: of the best way, if it takes any; of the window, if it takes more than one."""
    ways = [one for one, most in ((counted.zero, 0), (counted.hall, 1)) if one.visits > most] if counted else []
    return tuple(dict.fromkeys(f"{save.change}，就剩{save.visits}次" for one in ways for save in one.saves))


def suggestions(draft: RevisionView, document: Mapping[str, Any]) -> dict[str, tuple[tree.Pair, ...]]:
    """What the city knows and an editor may choose from."""
    register = catalogue.register()
    shared = [(f"shared:{one.id}", f"数据共享：{one.name}") for one in register.shared]
    licences = [(f"licence:{one.type}", f"电子证照：{one.name}") for one in register.licences]
    return tree.suggestions(
        document,
        {
            "departments": [(one.id, one.name) for one in city.departments()],
            "sources": [("applicant", "申请人提供"), ("commitment", "书面承诺"), *shared, *licences],
            "data": [("applicant", "申请人填写"), *((f"{word}.", name) for word, name in (*shared, *licences))],
            "licences": [(one.type, one.name) for one in register.licences],
            "files": [(name, name) for name in sorted(draft.files)],
        },
    )
