"""The papers of a case (收件凭证, 决定书): what they say, from the rows of the page; made with the notice that serves them."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM, Actor, Hidden
from onevisit.cases import queries, results
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import values
from onevisit.identity import queries as identity
from onevisit.identity.personal import purpose
from onevisit.notices import actions as notices
from onevisit.notices import queries as told
from onevisit.notices.sheets import Decision, Receipt, Row

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


def applicant(row: Case) -> str:
    """The applicant's name in full, for a paper that is sealed for him."""
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
        return identity.applicant_for_sharing(str(row.applicant)).name


def day(moment: datetime | None) -> date:
    """The legal day of a moment, in hall time."""
    return (moment or settings.CLOCK()).astimezone(settings.ZONE).date()


def paper(actor: Actor, case_id: str, kind: str) -> bytes:
    """The sealed PDF of the case's receipt or decision; Hidden while there is none."""
    queries.case(actor, case_id)
    found = next((one for one in told.of_case(actor, case_id) if one.kind == kind and one.has_paper), None)
    if found is None:
        raise Hidden(f"{kind} {case_id}")
    return notices.file_of(actor, found.id)
