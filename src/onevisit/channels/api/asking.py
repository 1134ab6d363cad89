"""What a request may hold: known names, printable values, a situation in `q.<question>`; all else is refused with its place."""

from collections.abc import Mapping
from typing import Annotated

from django.http import HttpRequest
from pydantic import Field

from onevisit.channels.api.problems import Fault
from onevisit.core import situations
from onevisit.core.definition import Standard

Limit = Annotated[int, Field(ge=1, le=200)]
"""How many of a list are wanted."""
SITUATION = "q."
LONGEST = 200


class Strange(Exception):
    """A request that holds what it may not; every fault by name."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("；".join(one.detail for one in faults))
        self.faults = faults


def only(request: HttpRequest, *names: str, situation: bool = False) -> None:
    """Nothing, if the query holds these names only, each once, with printable values of a decent length; raises `Strange`."""
    faults = []
    for name, values in request.GET.lists():
        if name not in names and not (situation and name.startswith(SITUATION)):
            faults.append(Fault(f"/query/{name}", f"没有“{name}”这个参数。", "unknown-parameter"))
        elif len(values) > 1:
            faults.append(Fault(f"/query/{name}", f"“{name}”只能写一次。", "repeated-parameter"))
        elif not values[0].isprintable() or len(values[0]) > LONGEST:
            faults.append(Fault(f"/query/{name}", f"“{name}”的值有看不见的字符，或者超过{LONGEST}个字。", "bad-value"))
    if faults:
        raise Strange(tuple(faults))


def situation(request: HttpRequest, standard: Standard) -> dict[str, str]:
    """The answers in the query; an unknown question or answer is refused, one that is not asked counts for nothing."""
    given = {name.removeprefix(SITUATION): str(value) for name, value in request.GET.items() if name.startswith(SITUATION)}
    options: Mapping[str, Mapping[str, str]] = {one.id: one.options for one in standard.questions}
    faults = []
    for name, value in given.items():
        if name not in options:
            faults.append(
                Fault(f"/query/{SITUATION}{name}", f"没有“{name}”这个问题，有：{'、'.join(options)}。", "unknown-question")
            )
        elif value not in options[name]:
            known = "、".join(options[name])
            faults.append(Fault(f"/query/{SITUATION}{name}", f"“{name}”没有“{value}”这个答案，有：{known}。", "unknown-answer"))
    if faults:
        raise Strange(tuple(faults))
    return situations.narrow(standard, given)
