"""What a division adds to a standard (实施清单): more doors, later hours, shorter promises; anything else is refused (OV902)."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from onevisit.access import Refused
from onevisit.core import limits, reading
from onevisit.core.definition import Parameter, Standard, Step
from onevisit.core.offers import Offer

ALLOWED = frozenset({"phones", "places", "limits", "also_at", "parameters"})
"""The keys of an offer that may be kept; `item`, `level`, `division`, `department` say where it belongs."""


def kept(offer: Offer) -> dict[str, Any]:
    """What is stored of an offer: its local part, as JSON."""
    body = reading.to_json(offer)["offer"]
    return {key: value for key, value in body.items() if key in ALLOWED}


def check(standard: Standard, offer: Offer) -> None:
    """Nothing if every promise is as tight or tighter; raises `Refused` (OV902) with each one that is not."""
    wrong = [*_looser(standard, offer), *_not_doors(standard, offer), *_out_of_bounds(standard, offer)]
    if wrong:
        raise Refused("OV902", "；".join(wrong) + "。", "实施清单只能比标准化规程更快、更方便，请改回规程的范围以内。")


def applied(standard: Standard, offer: Offer) -> Standard:
    """The standard as this division offers it: its promises, its doors, its parameters in every text."""
    shorter = tuple(limits.tighter(one, offer.limits) for one in standard.limits)
    steps = tuple(_with_doors(step, offer.also_at) for step in standard.process)
    local = replace(standard, limits=shorter, process=steps)
    given = {one.id: one.value for one in offer.parameters}
    words = {f"{{{one.id}}}": shown(one, given[one.id]) for one in standard.parameters if one.id in given}
    return _told(local, words) if words else local


def lacking(standard: Standard, offer: Offer) -> tuple[Parameter, ...]:
    """The parameters (可调参数) for which the offer gives no value: without them nobody knows who gets what here."""
    given = {one.id for one in offer.parameters}
    return tuple(one for one in standard.parameters if one.id not in given)


def pinned(offer: Offer) -> dict[str, Any]:
    """What a case keeps of the offer under which it was begun: parameters with their basis, and promises."""
    parameters = {
        one.id: {"value": one.value, "basis": [{"law": basis.law, "article": basis.article} for basis in one.basis]}
        for one in offer.parameters
    }
    return {"parameters": parameters, "limits": limits.pinned(offer.limits)}


def shown(parameter: Parameter, value: str) -> str:
    """The value as a text says it; whole yuan without their cents.

    >>> shown(Parameter("sum", "money"), "50.00"), shown(Parameter("sum", "money"), "62.50")
    ('50', '62.50')
    """
    return value.removesuffix(".00") if parameter.type == "money" else value


def _told(part: Any, words: Mapping[str, str]) -> Any:
    """The part of a definition with the words in place of the parameters that its texts name."""
    if isinstance(part, str):
        for name, word in words.items():
            part = part.replace(name, word)
        return part
    if isinstance(part, tuple):
        return tuple(_told(one, words) for one in part)
    if isinstance(part, Mapping):
        return {key: _told(value, words) for key, value in part.items()}
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{one.name: _told(getattr(part, one.name), words) for one in fields(part)})
    return part


def _with_doors(step: Step, also_at: Mapping[str, Any]) -> Step:
    more = tuple(place for place in also_at.get(step.id, ()) if place not in step.at)
    return replace(step, at=(*step.at, *more)) if more else step


def _looser(standard: Standard, offer: Offer) -> list[str]:
    found: list[str] = []
    for local in offer.limits:
        if local.legal is not None:
            found.append(f"法定时限由法律规定，不能另写为{local.legal}")
        bound = min((limit.promised for limit in standard.limits if limit.promised is not None), default=None)
        if local.promised is not None and bound is not None and local.promised > bound:
            found.append(f"承诺时限{local.promised}比规程的{bound}长")
    return found


def _not_doors(standard: Standard, offer: Offer) -> list[str]:
    steps = {step.id: step for step in standard.process}
    found: list[str] = []
    for name in offer.also_at:
        if name not in steps:
            found.append(f"规程里没有环节“{name}”")
        elif not steps[name].at:
            found.append(f"环节“{name}”不需要申请人参与，不能增加办理方式")
    return found


def _out_of_bounds(standard: Standard, offer: Offer) -> list[str]:
    known = {parameter.id: parameter for parameter in standard.parameters}
    found: list[str] = []
    for given in offer.parameters:
        bound = known.get(given.id)
        if bound is None:
            found.append(f"规程里没有可调参数“{given.id}”")
        elif not given.basis:
            found.append(f"可调参数“{bound.label or given.id}”没有写依据")
        elif bound.type != "text" and not _between(given.value, bound.min, bound.max):
            found.append(f"可调参数“{bound.label or given.id}”的值{given.value}超出规程允许的范围")
    return found


def _between(value: str, low: Any, high: Any) -> bool:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and (low is None or number >= low) and (high is None or number <= high)


LEVEL_CODES: Mapping[str, str] = {"city": "3", "county": "4", "town": "5", "village": "6"}
"""行使层级, GB/T 39046-2020 annex A.2."""
TYPE_CODES: Mapping[str, str] = {
    "行政许可": "01", "行政处罚": "02", "行政强制": "03", "行政征收": "04", "行政给付": "05", "行政检查": "06", "行政确认": "07",
    "行政奖励": "08", "行政裁决": "09", "其他类别事项": "10", "公共服务事项": "20",
}  # fmt: skip
"""事项类型, GB/T 39046-2020 annex A.1."""


def item_code(credit_code: str, level: str, base_code: str) -> str:
    """The item code (实施编码), computed and never typed: the body's credit code, the level, the base code (DOMAIN section 2).

    >>> item_code("11340300MB0000000X", "county", "340490001000")
    '11340300MB0000000X4340490001000'
    """
    return f"{credit_code}{LEVEL_CODES[level]}{base_code}"


def provisional_code(division_code: str, item_type: str, serial: int) -> str:
    """A base code of the right form for an item whose official one is not known: its main item begins with 9 (临时编码).

    >>> provisional_code("340300000000", "行政征收", 1)
    '340490001000'
    """
    return f"{division_code[:2]}{TYPE_CODES.get(item_type, '00')}9{serial:04d}000"
