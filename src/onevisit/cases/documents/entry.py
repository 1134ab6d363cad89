"""The papers at the entry of a case: receipt, acceptance, what may follow, one-time notice, not accepted."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM
from onevisit.cases import clocks, offices, queries, remedies
from onevisit.cases.actions import accepting
from onevisit.cases.documents import about
from onevisit.cases.models import Case
from onevisit.catalogue import phrases
from onevisit.catalogue import queries as catalogue
from onevisit.city import queries as city
from onevisit.core import process, situations, values
from onevisit.core.definition import Material, Standard, Step
from onevisit.core.rework import unrolled
from onevisit.identity.personal import purpose
from onevisit.notices.parts import day as written
from onevisit.notices.parts import until
from onevisit.notices.sheets import Accepted, Defect, Handed, OneTimeNotice, Receipt, Row, Tolerance, TurnedAway

NEXT = (
    "{answer}缺什么会一次告诉您；到时没有答复的，从收到之日起就算受理。",
    "我们来取的材料不用您交。有进展会马上告诉您。",
)
ONLINE = "在网上的“我的办件”里打开这件事，点“去补正”；也可以交到窗口。"


def receipt(row: Case) -> Receipt:
    """What was handed in, what we fetch, what may follow, by when we answer; the promised day once it is accepted (收件凭证)."""
    standard, answers = catalogue.standard(row.standard_id), about.answers(row)
    ends = row.notice_due_at
    answer_by = until(ends.astimezone(settings.ZONE)) if ends and not row.accepted_at else ""
    answer = f"最晚{answer_by}告诉您是否受理。" if answer_by else ""
    return Receipt(
        **about.head(row, about.day(row.received_at)),
        received_on=about.day(row.received_at),
        where="在窗口" if about.at_window(row) else "在网上",
        answer_by=answer_by,
        due_on=about.day_or_none(row.due_at),
        limits=_limits(row, standard, answers),
        visits=queries.promised_visits(standard),
        materials=materials(row, standard, answers),
        next=(NEXT[0].format(answer=answer), NEXT[1]) if answer_by else NEXT[1:],
    )


def materials(row: Case, standard: Standard, answers: Mapping[str, str]) -> tuple[Handed, ...]:
    """Every material of the situation, and where it stands; of a group that one of which is there, only that one."""
    handed, shown = about.handed_in(row), about.shown(row)
    asked, there = values.materials(standard, answers), {*handed, *shown}
    done = {one.one_of for one in asked if one.one_of and one.id in there}
    listed = (one for one in asked if one.id in there or one.one_of not in done)
    return tuple(Handed(one.name, _form(one), _state(one, handed.get(one.id, 0), shown.get(one.id, ""))) for one in listed)


def _form(material: Material) -> str:
    """What a paper must look like; of what we fetch nobody has to know."""
    return phrases.demand(material.form) if material.source == "applicant" else ""


def _state(material: Material, files: int, shown: str) -> str:
    if shown:
        return f"{shown}，{files}个文件" if files else shown
    if files:
        return f"已收到{files}个文件"
    if material.source == "commitment":
        return "您已承诺，不用交"
    if material.source != "applicant":
        return "我们来取"
    if values.is_given_back(material):
        return "领取结果时交回"
    if material.shown:
        return "到时出示原件"
    if material.tolerance:
        return f"可以后补，受理后{material.supplement_days or accepting.FOLLOW_DAYS}个工作日以内"
    return "还没有收到"


def _limits(row: Case, standard: Standard, answers: Mapping[str, str]) -> str:
    limit = clocks.limits(standard, answers, row.offer)
    legal, promised, _ = phrases.limits(limit, standard.handling)
    return f"受理后{promised[0]}：{promised[1]}；{legal[0]}：{legal[1]}"


def accepted(row: Case) -> Accepted:
    """That the case is accepted, also by silence, when it ends, what follows (受理通知书). 行政许可法 art. 32."""
    standard = catalogue.standard(row.standard_id)
    return Accepted(
        **about.head(row, about.day(row.accepted_at)),
        received_on=about.day(row.received_at),
        accepted_on=about.day(row.accepted_at),
        deemed=bool(row.state.get("deemed")),
        owing=row.owed.exists(),
        promised_on=about.day_or_none(row.due_at),
        legal_on=about.day_or_none(row.legal_due_at),
        follows=tuple(_line(row, standard, step) for step in _follows(row, standard)),
    )


def _follows(row: Case, standard: Standard) -> list[Step]:
    """The steps after acceptance that the case takes; a second attempt stands in no plan."""
    needs = {step: tuple(before) for step, before in row.state.get("needs", {}).items()}
    accepts = [step.id for step in standard.process if step.does == "accept"]
    before = {*accepts, *(need for step in accepts for need in accepting.ancestors(needs, step))}
    known = {step.id: step for step in unrolled(standard.process)}
    order = (name for layer in process.layers(needs) for name in layer)
    return [known[name] for name in order if name not in before and "~" not in name]


def _line(row: Case, standard: Standard, step: Step) -> tuple[str, str, str]:
    departments = {one.id: one.name for one in city.departments()}
    _, department, division = offices.hands(row, standard, step)
    office = city.office(department, division)
    who = phrases.hands(step, office.name if office else row.office_name, departments)
    return process.name(step), who, phrases.pace(step)


def tolerance(row: Case) -> Tolerance | None:
    """What is still owed after acceptance, each until its day (容缺受理告知书); None where nothing is."""
    owed = list(row.owed.order_by("until", "id"))
    if not owed:
        return None
    known = {one.id: one for one in catalogue.standard(row.standard_id).materials}
    return Tolerance(
        **about.head(row, about.day(row.accepted_at)),
        accepted_on=about.day(row.accepted_at),
        owed=tuple(Row(known[one.material].name, written(one.until), phrases.demand(known[one.material].form)) for one in owed),
    )


def one_time(row: Case, notice: int = 0) -> OneTimeNotice:
    """Everything to mend, each with what it speaks of, how to mend it and its basis (一次性告知书). 行政许可法 art. 32.

    `notice`: which of the case's notices, else the newest.
    """
    standard, answers = catalogue.standard(row.standard_id), about.answers(row)
    chosen = notice or max(row.defects.values_list("notice", flat=True))
    asked = list(row.defects.filter(notice=chosen).order_by("id"))
    accepted_first = row.accepted_at is not None and row.accepted_at <= asked[0].told_at
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
        told = [(one.target, one.wrong.reveal(), one.mend.reveal()) for one in asked]
    fees = [fee for fee in standard.fees if situations.holds(fee.when, answers)]
    return OneTimeNotice(
        **about.head(row, about.day(asked[0].told_at)),
        until=asked[0].until,
        defects=tuple(_defect(standard, *one) for one in told),
        accepted=accepted_first,
        again=chosen > 1 and not accepted_first,
        limits=_limits(row, standard, answers),
        fee="；".join(f"{fee.name}：{phrases.amount(fee.amount)}" for fee in fees) or "不收费",
        place=ONLINE,
    )


def _defect(standard: Standard, target: str, wrong: str, mend: str) -> Defect:
    words, basis = cited(standard, target)
    return Defect(words, wrong, mend, basis)


def cited(standard: Standard, target: str) -> tuple[str, str]:
    """What a defect speaks of, in words, and the law that asks for it."""
    kind, _, name = target.partition(":")
    parts: dict[str, tuple[Any, ...]] = {"material": standard.materials, "condition": standard.conditions, "field": standard.form}
    part = next((one for one in parts[kind] if one.id == name), None)
    words = getattr(part, "name", "") or getattr(part, "label", "") or getattr(part, "text", "") or name
    return words, phrases.basis(getattr(part, "basis", ()))


def turned_away(row: Case) -> TurnedAway:
    """That it is not accepted, why, by which law, what can be done (不予受理决定书). 行政许可法 arts. 32, 38."""
    text, _ = about.opinion(row, "turn_away")
    reason, _, basis = text.rpartition("\n")
    head = about.head(row, about.day(row.updated_at))
    return TurnedAway(
        **head,
        received_on=about.day(row.received_at),
        reason=reason,
        basis=basis,
        remedies=remedies.sentences("turned_away", row.department, head["item_type"], row.division),
        returned=about.originals(row),
    )
