"""The office guide (办事指南), derived from the definition and the division's offer, for the answers given so far.

One guide for web, print, window and API: what is shown anywhere is computed here, and bears the same content hash (办事指南同源).
With answers missing it is the worst case; every figure comes from the definition, none is typed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from onevisit.catalogue import phrases
from onevisit.catalogue.queries import ItemView
from onevisit.core import parties, process, situations, values, visits
from onevisit.core.definition import Faq, LegalBasis, Limits, Material, Question, Standard, Step
from onevisit.core.offers import OfferPlace
from onevisit.core.reasons import COSTLY
from onevisit.core.situations import Situation
from onevisit.core.visits import Count
from onevisit.core.worst import Measure, reaches, space, worst

BRING, SHOW, FETCH, PROMISE, GIVE_BACK = "您交", "您带原件", "我们来取", "告知承诺", "领取时交回"


@dataclass(frozen=True, slots=True)
class Door:
    """One way of doing it, and what it costs in visits (门)."""

    label: str
    visits: int
    word: str
    why: str


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """Who may apply, and where the law says so."""

    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question that tells situations apart; `answer` is empty while it is open."""

    id: str
    ask: str
    help: str
    options: tuple[tuple[str, str], ...]
    answer: str


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One paper: whose task it is (`status`), from where, what it must look like, and when it is asked for at all."""

    id: str
    name: str
    status: str
    source_name: str
    demand: str
    note: str
    basis: str
    one_of: str
    template: str
    sample: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name and what stands under it: a limit, a phone."""

    name: str
    text: str

    @property
    def number(self) -> str:
        """The text of a phone."""
        return self.text


@dataclass(frozen=True, slots=True)
class FeeLine:
    """What is to be paid, and where the law says so."""

    name: str
    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What the applicant gets, how it comes, and the file of its sample."""

    id: str
    name: str
    how: str
    sample: str


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step on the rail; steps of one `group` run side by side."""

    id: str
    does: str
    name: str
    who: str
    presence: bool
    group: int
    note: str


@dataclass(frozen=True)
class Guide:
    """Everything that people are told of an item, for the answers given (UX, row 办事指南)."""

    code: str
    code_provisional: bool
    key: str
    name: str
    type: str
    level: str
    themes: tuple[str, ...]
    audience: str
    handling: str
    division_code: str
    division_name: str
    department_name: str
    office_name: str
    office_demo: bool
    promise: str
    word: str
    doors: tuple[Door, ...]
    visits: int
    reasons: tuple[str, ...]
    questions: tuple[QuestionLine, ...]
    partial: bool
    situation: str
    conditions: tuple[ConditionLine, ...]
    materials: tuple[MaterialLine, ...]
    owed_count: int
    fetched_count: int
    summary: str
    limits: tuple[Named, ...]
    fees: tuple[FeeLine, ...]
    results: tuple[ResultLine, ...]
    rail: tuple[GuideStep, ...]
    faq: tuple[Faq, ...]
    places: tuple[OfferPlace, ...]
    phones: tuple[Named, ...]
    basis: tuple[LegalBasis, ...]
    version: int
    published_at: datetime
    content_hash: str


COPIED = (
    "code", "code_provisional", "key", "name", "type", "themes", "division_code", "division_name", "department_name",
    "office_name", "office_demo", "places", "version", "published_at", "content_hash",
)  # fmt: skip
"""What the guide says just as the item does."""


@dataclass(frozen=True)
class _Asked:
    """A guide that is wanted: two of the same revision, content and answers are one. A reverted text is a new revision."""

    content_hash: str
    code: str
    version: int
    answers: tuple[tuple[str, str], ...]
    item: ItemView = field(compare=False, repr=False)


def guide(item: ItemView, answers: Mapping[str, str]) -> Guide:
    """The guide of the item for these answers; made once for each content and situation."""
    counted = situations.narrow(item.definition, answers)
    return _guide(_Asked(item.content_hash, item.code, item.version, tuple(sorted(counted.items())), item))


@lru_cache(maxsize=4096)
def _guide(asked: _Asked) -> Guide:
    item, answers = asked.item, dict(asked.answers)
    standard = item.definition
    counted = visits.visits(standard, answers)
    rows = tuple(_material(one, item, answers) for one in standard.materials if _possible(one, standard, answers))
    brought, fetched = most(standard, answers, owed), most(standard, answers, _fetched)
    steps = process.plan(standard, counted.zero.situation)
    return Guide(
        **{name: getattr(item, name) for name in COPIED}, level=phrases.LEVELS[item.level],
        handling=phrases.HANDLING[standard.handling],
        audience="、".join(phrases.AUDIENCES[one] for one in standard.audience), promise=counted.promise,
        word=visits.WORDS[counted.promise], doors=_doors(counted.zero, counted.hall), visits=counted.zero.visits,
        reasons=_saves(counted), questions=tuple(_question(one, answers) for one in situations.asked(standard, answers)),
        partial=not situations.complete(standard, answers), situation=_situation(standard, answers),
        conditions=_conditions(standard, answers), materials=rows, owed_count=brought, fetched_count=fetched,
        summary=f"您交{brought}份，跑{counted.zero.visits}次", fees=_fees(standard, answers), results=_results(standard, answers),
        limits=tuple(Named(*one) for one in phrases.limits(_limit(standard, answers), standard.handling)),
        rail=_rail(steps, counted.zero, item), faq=standard.faq, phones=_phones(item), basis=_laws(standard, answers),
    )  # fmt: skip


def _conditions(standard: Standard, answers: Situation) -> tuple[ConditionLine, ...]:
    chosen = (one for one in standard.conditions if _possible(one, standard, answers))
    return tuple(ConditionLine(one.text, phrases.basis(one.basis)) for one in chosen)


def _fees(standard: Standard, answers: Situation) -> tuple[FeeLine, ...]:
    chosen = (one for one in standard.fees if _possible(one, standard, answers))
    return tuple(FeeLine(one.name, phrases.amount(one.amount), phrases.basis(one.basis)) for one in chosen)


def _doors(zero: Count, hall: Count) -> tuple[Door, ...]:
    """The doors: two if window and web differ, else one."""
    ways = [("网上办", zero), ("窗口办", hall)] if zero.visits != hall.visits else [("", zero)]
    return tuple(Door(label, one.visits, _word(one.visits), "".join(one.reasons)) for label, one in ways)


def _word(number: int) -> str:
    return {0: "零跑", 1: "最多跑一次"}.get(number, f"跑{number}次")


def _saves(counted: visits.Visits) -> tuple[str, ...]:
    """Where more than one visit is asked, what would save one."""
    ways = [one for one in (counted.zero, counted.hall) if one.visits > 1]
    return tuple(dict.fromkeys(f"少跑的办法：{save.change}。" for one in ways for save in one.saves))


def _question(one: Question, answers: Situation) -> QuestionLine:
    return QuestionLine(one.id, one.ask, one.help, tuple(one.options.items()), answers.get(one.id, ""))


def _situation(standard: Standard, answers: Situation) -> str:
    """The answers in words."""
    return "；".join(f"{one.ask}{one.options[answers[one.id]]}" for one in standard.questions if one.id in answers)


def _possible(part: object, standard: Standard, answers: Situation) -> bool:
    """Whether any situation with these answers asks for this part."""
    when = getattr(part, "when", {})
    if not when or situations.holds(when, answers):
        return True
    reachable = Measure(lambda mask: mask & 1, lambda mask: mask & 1)
    return reaches(space(standard, (when,), answers), reachable, 1)


def _material(one: Material, item: ItemView, answers: Situation) -> MaterialLine:
    sure = not one.when or situations.holds(one.when, answers)
    status = _status(one)
    fetched = status == FETCH
    more = f"办理时可以后补，{one.supplement_days}个工作日以内补齐" if one.tolerance and one.supplement_days else ""
    choice = "同组材料任选一份" if one.one_of else ""
    notes = [one.note, "" if sure else phrases.only(one.when, item.definition), choice, more]
    note = "；".join(one.rstrip("。") for one in notes if one)
    return MaterialLine(
        id=one.id, name=one.name, status=status, source_name=item.sources.get(one.source, ""),
        demand="" if fetched else phrases.demand(one.form), note=note,
        basis=phrases.basis(one.basis), one_of=one.one_of, template=one.form.template if one.form else "",
        sample=one.form.sample if one.form else "",
    )  # fmt: skip


def _status(one: Material) -> str:
    if one.source == "commitment":
        return PROMISE
    if one.source != "applicant":
        return FETCH
    if values.is_handed_in(one):
        return BRING
    return GIVE_BACK if one.surrender else SHOW


def most(standard: Standard, answers: Situation, count: Callable[[Iterable[Material]], int]) -> int:
    """The most papers of a kind in any situation with these answers."""
    papers = standard.materials
    measure = Measure(
        count=lambda mask: count(one for bit, one in enumerate(papers) if mask >> bit & 1),
        bound=lambda mask: sum(1 for bit, _ in enumerate(papers) if mask >> bit & 1),
    )
    return worst(space(standard, tuple(one.when for one in papers), answers), measure).count


def owed(papers: Iterable[Material]) -> int:
    """How many papers the applicant hands in: of a group one, and none if another of it is fetched, promised or only shown."""
    lone = 0
    groups: dict[str, bool] = {}
    for one in papers:
        own = values.is_handed_in(one)
        if one.one_of:
            groups[one.one_of] = groups.get(one.one_of, True) and own
        else:
            lone += own
    return lone + sum(groups.values())


def _fetched(papers: Iterable[Material]) -> int:
    """How many papers the city fetches by itself."""
    return sum(_status(one) == FETCH for one in papers)


def _limit(standard: Standard, answers: Situation) -> Limits | None:
    """The first limit that fits; with answers missing, the longest that may."""
    if situations.complete(standard, answers):
        return next((one for one in standard.limits if situations.holds(one.when, answers)), None)
    fitting = [one for one in standard.limits if _possible(one, standard, answers)]
    return max(fitting, key=lambda one: (one.promised or 0, one.legal or 0), default=None)


def _results(standard: Standard, answers: Situation) -> tuple[ResultLine, ...]:
    how = phrases.delivery(dict.fromkeys(place for step in standard.process if step.does == "deliver" for place in step.at))
    return tuple(ResultLine(one.id, one.name, how, one.sample) for one in standard.results if _possible(one, standard, answers))


def _rail(steps: process.Process, best: Count, item: ItemView) -> tuple[GuideStep, ...]:
    """The steps of the worst situation, in the order in which they can be done."""
    known = {step.id: step for step in steps.steps}
    groups = enumerate(process.layers(steps.needs))
    return tuple(_step(known[name], group, best, item) for group, names in groups for name in names)


def _step(step: Step, group: int, best: Count, item: ItemView) -> GuideStep:
    comes = step.presence is not None or best.plan.get(step.id) in COSTLY
    where = phrases.places(step.at) if step.by.startswith("applicant") else ""
    why = f"须到场：{step.presence.reason}" if step.presence and step.presence.reason else ""
    note = "；".join(part for part in (where, phrases.pace(step), why) if part)
    who = parties.doing(item.definition, step) or phrases.hands(step, item.office_name, item.departments)
    return GuideStep(step.id, step.does, process.name(step), who, comes, group, note)


def _phones(item: ItemView) -> tuple[Named, ...]:
    """Whom to call; a complaint goes to the city's hotline where the office names no phone of its own."""
    known = [("咨询电话", item.phones.consult), ("投诉电话", item.phones.complaint or phrases.HOTLINE)]
    return tuple(Named(name, number) for name, number in known if number)


def _laws(standard: Standard, answers: Situation) -> tuple[LegalBasis, ...]:
    """Every law that is cited for these answers, each article once."""
    cited = list(standard.item.basis)
    for group in (standard.conditions, standard.materials, standard.fees, standard.process):
        cited += [one for part in group if _possible(part, standard, answers) for one in part.basis]
    return tuple({(one.law, one.article): one for one in reversed(cited)}.values())[::-1]
