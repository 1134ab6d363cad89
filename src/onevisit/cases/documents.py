"""The papers of a case (收件凭证, 决定书): what they say, from the rows of the page; made with the notice that serves them."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import SYSTEM, Actor, Duty, Hidden, Target
from onevisit.cases import queries, results
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import values
from onevisit.core.definition import Standard
from onevisit.identity import queries as identity
from onevisit.identity.personal import purpose
from onevisit.notices import actions as notices
from onevisit.notices import queries as told
from onevisit.notices.sheets import Decision, Defect, OneTimeNotice, Receipt, Row

HANDED_IN = {"applicant": "您提交", "commitment": "告知承诺"}


def receipt(row: Case) -> Receipt:
    """What the receipt says: number, when received, by when decided, what was handed in and what we fetch."""
    standard = catalogue.standard(row.standard_id)
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
        answers = row.data.reveal()["answers"]
    materials = tuple(Row(m.name, HANDED_IN.get(m.source, "我们来取")) for m in values.materials(standard, answers))
    visits = queries.promised_visits(standard)
    return Receipt(
        item=row.item_name,
        number=row.number or "",
        applicant=applicant(row),
        office=row.office_name,
        received_on=day(row.received_at),
        due_on=day(row.due_at) if row.due_at else None,
        visits=visits,
        materials=materials,
        revision=f"第{row.standard.version}版",
        next=("系统接着核验数据、作出决定，有进展马上告诉您。", "没有数据能证明的，由工作人员核定，不用您再跑。"),
    )


def decision(row: Case) -> Decision:
    """What the decision says: outcome, reasons with their basis, figures, remedies. 行政许可法 art. 38."""
    made = row.decisions.get(superseded=False)
    opinion = ""
    if made.opinion is not None:
        with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
            opinion = made.opinion.reveal()
    return Decision(
        item=row.item_name,
        number=row.number or "",
        applicant=applicant(row),
        office=row.office_name,
        granted=made.outcome == "grant",
        received_on=day(row.received_at),
        decided_on=day(made.decided_at),
        opinion=opinion,
        reasons=tuple(Row(reason["basis"], reason["text"]) for reason in made.reasons),
        results=tuple(Row(label, value) for label, value in results.figures(made.result)),
    )


def one_time(row: Case) -> OneTimeNotice:
    """Everything to mend, each with what it speaks of, how to mend it and its basis (一次性告知书). 行政许可法 art. 32."""
    standard = catalogue.standard(row.standard_id)
    asked = list(row.defects.filter(mended_at=None).order_by("id"))
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
        told = [(one.target, one.wrong.reveal(), one.mend.reveal()) for one in asked]
    return OneTimeNotice(
        item=row.item_name,
        number=row.number or "",
        applicant=applicant(row),
        office=row.office_name,
        noticed_on=day(asked[0].told_at),
        until=asked[0].until,
        defects=tuple(_defect(standard, *one) for one in told),
        place="网上：在“我的办件”里打开这件事，点“去补正”",
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
    basis = getattr(part, "basis", ())
    return words, "；".join(f"《{one.law}》{one.article}" for one in basis)


def applicant(row: Case) -> str:
    """The applicant's name in full, for a paper that is sealed for him."""
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
        return identity.applicant_for_sharing(str(row.applicant)).name


def day(moment: datetime | None) -> date:
    """The legal day of a moment, in hall time."""
    return (moment or settings.CLOCK()).astimezone(settings.ZONE).date()


def paper(actor: Actor, case_id: str, kind: str) -> bytes:
    """The sealed PDF of the case's receipt or decision, for whom it was served on; Hidden while there is none."""
    owner = queries.case(actor, case_id).applicant
    access.require(actor, Duty.NOTICE_READ, Target("notice", owner=owner))
    found = next((one for one in told.of_case(actor, case_id) if one.kind == kind and one.has_paper), None)
    if found is None:
        raise Hidden(f"{kind} {case_id}")
    return notices.file_of(actor, found.id)
