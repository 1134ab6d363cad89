"""What a case makes in other rooms: the licence that an issue step gives, the bill that a pay step needs."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from onevisit.access import SYSTEM
from onevisit.cases import queries
from onevisit.cases.models import Case, Decision, Task
from onevisit.core.definition import Fee, Field, Standard, Step
from onevisit.identity import queries as identity
from onevisit.identity.personal import purpose
from onevisit.licences import actions as licences
from onevisit.licences import queries as library
from onevisit.licences.actions import Foreign
from onevisit.payments import actions as payments

FIGURES: Mapping[str, str] = {"base": "计税（费）依据", "rate": "税（费）率", "payable": "应缴"}
"""What the figures of a decision are called on paper; the others are for machines."""


TOLD: Mapping[str, str] = {
    "number": "证照编号", "valid_from": "有效期起", "valid_to": "有效期止", "department_number": "部门系统的办理编号",
}  # fmt: skip
"""What a department's own system tells with its decision."""


def figures(result: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The figures of a decision with their names and units, and what a department's system told with it."""
    told = tuple((label, result[name]) for name, label in TOLD.items() if result.get(name))
    return told + tuple(
        (label, f"{result[name]}%" if name == "rate" else f"{Decimal(result[name]):,.2f}元")
        for name, label in FIGURES.items()
        if result.get(name)
    )


def bill(row: Case, task: Task, fee: Fee, amount: Decimal) -> payments.NewBill:
    """The bill of a payment step, from its fee and the decision's amount, for the party that pays it."""
    decision = row.decisions.filter(superseded=False).first()
    return payments.NewBill(
        case=str(row.public_id),
        kind=_kind(row),
        item=row.item_key,
        payee=row.office_name,
        department=row.department,
        division=row.division,
        payer=queries.payer(row, task),
        amount=amount,
        name=fee.name,
        basis=tuple({"law": b.law, "article": b.article, "text": b.text} for b in fee.basis),
        run=str(decision.run or "") if decision else "",
    )


def _kind(row: Case) -> str:
    """A levy (行政征收) is tax where the tax office takes it, non-tax revenue (非税) otherwise."""
    return "tax" if row.department == "tax" else "nontax"


def issue(row: Case, standard: Standard, step: Step, foreign: Foreign | None = None) -> str:
    """The licence of this issue step, made once: its public id. 行政许可法 art. 39.

    It is the party's that the definition says, whoever filed; all its persons stand on it. `foreign` is what the department's
    own system made. A renewal takes the place of the licence that the holder has.
    """
    result = next(r for r in standard.results if r.id == step.result)
    decision = row.decisions.get(superseded=False)
    with transaction.atomic():
        with purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
            data = row.data.reveal()
        holders = queries.of_party(row, result.holder)
        kind = library.licence_type(result.licence)
        renews = standard.renews is not None and standard.renews.licence == result.licence
        old = library.to_replace(holders[0], result.licence) if renews else None
        made = licences.issue(
            SYSTEM,
            licences.NewLicence(
                case=str(row.public_id),
                decision=str(decision.public_id),
                type=result.licence,
                holder=holders[0],
                holder_name="、".join(_name(row, one) for one in holders),
                rows=printed(kind.fields, standard, row, decision, data),
                data=dict(decision.result),
                office=row.office_name,
                division=row.division,
                replaces=old.id if old else "",
                foreign=foreign,
            ),
        )
    return made.id


def _name(row: Case, one: str) -> str:
    """A holder's name in full."""
    with purpose(SYSTEM, "handle", subject=one, case=str(row.public_id)):
        return identity.applicant_for_sharing(one).name


def printed(
    layout: tuple[Mapping[str, Any], ...], standard: Standard, row: Case, decision: Decision, data: Mapping[str, Any]
) -> tuple[Mapping[str, Any], ...]:
    """The lines of the licence, as its type lays them out; what this situation has no value for is left out."""
    known = {f.id: f for f in standard.form}
    questions = {q.id: q for q in standard.questions}
    lines: list[Mapping[str, Any]] = []
    for entry in layout:
        kind, _, name = entry["from"].partition(":")
        if kind == "value":
            text = shown(known.get(name), data["values"].get(name, {}).get("value"))
            if not text and name in questions:
                text = questions[name].options.get(data["answers"].get(name, ""), "")
        elif kind == "result":
            text = str(decision.result.get(name, ""))
        elif kind == "decision":
            text = "；".join(f"{r['basis']}" for r in decision.reasons)
        else:
            text = row.item_name if kind == "item" else ""
        if text:
            lines.append({"label": entry["label"], "value": text, "capitals": bool(entry.get("capitals"))})
    return tuple(lines)


def shown(field: Field | None, value: Any) -> str:
    """A value as people read it: an option's words, yes or no, an amount with its commas."""
    if value in (None, "", []):
        return ""
    if field is None:
        return str(value)
    if field.type == "yes_no":
        return "是" if value in (True, "yes") else "否"
    if field.type == "choice":
        return field.options.get(str(value), str(value))
    if field.type == "choices":
        return "、".join(field.options.get(str(one), str(one)) for one in value)
    if field.type == "money":
        return f"{Decimal(str(value)):,.2f}"
    return str(value)
