"""The papers while a case is handled: a longer limit, a clock that stands still. 行政许可法 arts. 42, 45."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from onevisit.cases import clocks
from onevisit.cases.actions import pausing
from onevisit.cases.documents import about
from onevisit.cases.models import Case
from onevisit.catalogue import phrases
from onevisit.catalogue import queries as catalogue
from onevisit.city import queries as city
from onevisit.core.definition import SPECIAL
from onevisit.core.state import from_json
from onevisit.notices.sheets import Extended, Suspended

WAITS: Mapping[str, str] = {
    "hearing": "经过听证", "tender": "经过招标", "auction": "经过拍卖", "inspection": "经过检验", "testing": "经过检测",
    "quarantine": "经过检疫", "appraisal": "经过鉴定", "expert_review": "经过专家评审", "own_law": "经过法律另有规定的程序",
    "payment": "等您缴费", "visit": "等您到场",
}  # fmt: skip
"""What a case must go through or waits for while its clock stands still (行政许可法 art. 45)."""


def extended(row: Case, at: datetime) -> Extended:
    """That the limit is longer, why and until when (延长期限告知书)."""
    standard = catalogue.standard(row.standard_id)
    with transaction.atomic():
        limits = pausing.limits_of(row, standard)
    state = from_json(row.state)
    before = clocks.when_due(limits, replace(state, extended=0), city.calendar())
    return Extended(
        **about.head(row, about.day(at)),
        accepted_on=about.day(row.accepted_at),
        length=phrases.days(state.extended, limits.unit),
        reason=about.opinion(row, "extend")[0],
        legal_was=about.day_or_none(before.legal),
        legal_on=about.day_or_none(row.legal_due_at),
        promised_on=about.day_or_none(row.due_at),
    )


def suspended(row: Case, at: datetime, data: Mapping[str, Any]) -> Suspended | None:
    """That the clock stands still, for what and how long (中止计时告知书); None where no officer has put it in writing."""
    reason = str(data["reason"])
    told, _ = about.opinion(row, "suspend", reason)
    if not told:
        return None
    return Suspended(
        **about.head(row, about.day(at)), since=about.day(at), procedure=WAITS[reason], told=told, legal=reason in SPECIAL
    )
