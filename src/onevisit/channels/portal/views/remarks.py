"""A reader says what is wrong with one part of a guide (报错), without log-in or script; he alone sees the answer."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from onevisit.access import Hidden, Refused
from onevisit.catalogue import actions, remarks
from onevisit.catalogue import queries as catalogue
from onevisit.channels.portal.place import chosen
from onevisit.channels.ui.forms import Problem
from onevisit.identity import limits
from onevisit.identity.login import ActorRequest

PICK = Problem("f-element", "请选一处。")


def make(request: ActorRequest, key: str) -> HttpResponse:
    """Which part, in the guide's own words, and what is wrong with it: asked on GET, kept on POST."""
    item = catalogue.item(key, request.GET.get("division") or chosen(request))
    wanted = request.GET.get("element", remarks.WHOLE)
    choices = remarks.choices(item, wanted)
    if wanted != remarks.WHOLE and not choices:
        raise Hidden(wanted)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        sent = _sent(request, item, choices)
        if isinstance(sent, HttpResponse):
            return sent
        problems = sent
    shown = {
        "item": item, "choices": choices, "picked": request.POST.get("element", ""), "said": request.POST.get("said", ""),
        "problems": problems,
    }  # fmt: skip
    return render(request, "portal/remark.html", shown, status=422 if problems else 200)


def _sent(
    request: ActorRequest, item: catalogue.ItemView, choices: tuple[remarks.Element, ...]
) -> HttpResponse | tuple[Problem, ...]:
    """The remark's own page once it is kept; else what is wrong with how it was written."""
    element = choices[0].path if len(choices) == 1 else request.POST.get("element", "") if choices else remarks.WHOLE
    if choices and not element:
        return (PICK,)
    limits.spend(limits.Use("remark", limits.address(request)))
    try:
        made = actions.remark(request.actor, item.key, item.division_code, element, request.POST.get("said", ""))
    except Refused as refused:
        return (Problem("f-said", f"{refused.message}{refused.way_out}"),)
    return redirect("remark-made", key=item.key, remark=made)


@require_safe
def made(request: ActorRequest, key: str, remark: UUID) -> HttpResponse:
    """What became of a remark, for whoever has its address."""
    found = remarks.remark(str(remark))
    if found.key != key:
        raise Hidden(key)
    return render(request, "portal/remark_made.html", {"remark": found})
