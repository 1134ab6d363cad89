"""A draft as its pages need it (草稿): its pages with how far each is, its answers as a list, its papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from onevisit.cases import actions, prefill, queries
from onevisit.catalogue import queries as catalogue
from onevisit.channels.portal import pages
from onevisit.channels.portal.pages import Page
from onevisit.channels.ui import forms
from onevisit.channels.ui.forms import Control
from onevisit.core import values
from onevisit.core.definition import Material, Standard
from onevisit.identity.login import ActorRequest


@dataclass(frozen=True)
class Draft:
    """The draft, what stands in it, and the pages of its situation."""

    case: queries.CaseView
    contents: queries.Contents
    standard: Standard
    pages: tuple[Page, ...]

    @property
    def owed(self) -> tuple[Material, ...]:
        """The papers that only the applicant has."""
        asked = values.materials(self.standard, self.contents.answers)
        return tuple(m for m in asked if values.is_handed_in(m))

    @property
    def is_open(self) -> bool:
        """Whether anything of it may still be changed."""
        return self.case.stage == "draft"


@dataclass(frozen=True)
class Task:
    """One line of the task list (任务清单): a page and how far it is."""

    title: str
    status: str
    path: str
    here: bool

    @property
    def over(self) -> bool:
        """Whether nothing is left to do there."""
        return self.status in pages.OVER


@dataclass(frozen=True)
class Answered:
    """One page of the answers list: what was typed, row by row, and what was fetched."""

    page: Page
    typed: tuple[Control, ...]
    fetched: tuple[Control, ...]

    @property
    def lacking(self) -> bool:
        """Whether something that is needed has not come yet."""
        return lacking(self.fetched)


def lacking(controls: Sequence[Control]) -> bool:
    """Whether a source has not told something that is needed."""
    return any(c.fetched and c.required and not forms.has_value(c) for c in controls)


def opened(request: ActorRequest, case: UUID) -> Draft:
    """The draft with its pages, on the version that is in force now; somebody else's is hidden."""
    view = queries.case(request.actor, str(case))
    if actions.overtaken(view):
        view = actions.renew(request.actor, view.id)
        prefill.fetch(request.actor, view.id)
    contents = queries.contents(request.actor, view.id)
    standard = catalogue.standard(view.standard_id)
    return Draft(view, contents, standard, pages.pages(standard, contents.answers))


def tasks(draft: Draft, at: str = "") -> tuple[Task, ...]:
    """The task list, `at` the page that is shown: its number, or `papers`."""
    base, today = f"/cases/{draft.case.id}", settings.CLOCK().date()
    told = draft.contents
    listed = [
        Task(p.title, pages.status(p, told.answers, told.values, today), f"{base}/fill/{p.number}", at == str(p.number))
        for p in draft.pages
    ]
    if draft.owed:
        listed.append(Task("上传材料", _papers(draft), f"{base}/papers", at == "papers"))
    return tuple(listed)


def _papers(draft: Draft) -> str:
    handed = {one.material for one in draft.contents.attachments}
    if not actions.missing_papers(values.materials(draft.standard, draft.contents.answers), handed):
        return pages.FILLED
    return pages.BEGUN if handed else pages.NOT_BEGUN


def shown(draft: Draft, page: Page, faults: Sequence[values.Fault] = ()) -> tuple[Control, ...]:
    """The controls of a page, with what stands in them and what is wrong."""
    wrong = forms.by_field(faults)
    asked = forms.questions(page.questions, draft.contents.answers, wrong)
    return forms.titled(asked + forms.controls(page.fields, draft.contents.values, wrong), page.title)


def answers(draft: Draft) -> tuple[Answered, ...]:
    """Every page with what stands on it."""
    found = []
    for page in draft.pages:
        controls = shown(draft, page)
        typed, fetched = (tuple(c for c in controls if c.fetched == side) for side in (False, True))
        found.append(Answered(page, typed, fetched))
    return tuple(found)
