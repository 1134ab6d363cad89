"""How a result may reach the applicant (送达方式), what that asks of him, and which old papers come back for it (交旧领新).

>>> from onevisit.core.definition import ItemHead, Standard, Step
>>> def at(*places): return Standard(ItemHead("x", "x", "x"), "county", ("person",), (Step("d", "system", "deliver", at=places),))
>>> ways(at("licence", "post", "courier", "hall"), {}), ways(at("licence"), {})
(('licence', 'courier', 'pickup'), ('licence',))
>>> way(at("courier", "hall"), {}, {}), way(at("courier", "hall"), {}, {"kind": "licence"})
('pickup', 'pickup')
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from onevisit.core import process, values
from onevisit.core.definition import Field, Material, Standard, Step
from onevisit.core.situations import Situation

KINDS: Mapping[str, str] = {"licence": "licence", "courier": "courier", "post": "courier", "door": "door", "hall": "pickup"}
"""What the places of a deliver step come to, for whoever chooses."""
TO_AN_ADDRESS = ("courier", "door")
ADDRESS: tuple[Field, ...] = (
    Field("name", "收件人"),
    Field("phone", "手机号码", type="phone", help="送到以前会打这个电话。"),
    Field("address", "详细地址", type="address", help="写到街道、小区、楼和门牌号。"),
)
CHOICE = "delivery"
"""Under which name a fault speaks of the choice; what is wrong with the address is `delivery.<field>`."""


def delivering(standard: Standard, answers: Situation) -> tuple[Step, ...]:
    """The steps of this situation by which the house brings results to the applicant."""
    return tuple(step for step in process.running(standard, answers).steps if step.does == "deliver" and step.by == "system")


def surrendered(standard: Standard, answers: Situation) -> tuple[Material, ...]:
    """The old papers of this situation that are given back when the new one is handed over."""
    return tuple(one for one in values.materials(standard, answers) if values.is_given_back(one))


def ways(standard: Standard, answers: Situation) -> tuple[str, ...]:
    """In which ways the result may come here: licence, courier, door, pickup. By licence alone no old paper comes back."""
    offered = dict.fromkeys(KINDS[place] for step in delivering(standard, answers) for place in step.at if place in KINDS)
    if surrendered(standard, answers):
        offered.pop("licence", None)
        return tuple(offered) or ("pickup",)
    return tuple(offered) or ("licence",)


def way(standard: Standard, answers: Situation, chosen: Mapping[str, Any]) -> str:
    """The way that was chosen, if it is offered; else that which asks nothing more of anybody."""
    offered = ways(standard, answers)
    return next(one for one in (chosen.get("kind"), "licence", "pickup", *offered) if one in offered)


def faults(standard: Standard, answers: Situation, chosen: Mapping[str, Any], today: date) -> list[values.Fault]:
    """What is wrong with the choice, or missing; nothing where nobody asked."""
    offered = ways(standard, answers)
    if chosen and chosen.get("kind") not in offered and len(offered) > 1:
        return [values.Fault(CHOICE, "请选结果怎样送到您手里。")]
    if way(standard, answers, chosen) not in TO_AN_ADDRESS:
        return []
    wrong = values.faults(ADDRESS, chosen.get("address") or {}, today)
    return [replace(one, field=f"{CHOICE}.{one.field}") for one in wrong]


def address(chosen: Mapping[str, Any], today: date) -> dict[str, str]:
    """The address in normal form."""
    typed = chosen.get("address") or {}
    return {field.id: str(values.clean(field, typed.get(field.id), today) or "") for field in ADDRESS}
