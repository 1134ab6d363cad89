"""The lists that the city publishes, with their figures: as a page, as spreadsheets, on paper, as JSON for a program."""

from dataclasses import asdict

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onevisit.catalogue import published
from onevisit.catalogue.documents.tables import Table
from onevisit.catalogue.published import Line
from onevisit.channels.portal import listed
from onevisit.channels.portal.figures import figures
from onevisit.channels.portal.listed import Wanted
from onevisit.identity.login import ActorRequest

COLUMNS = {
    "name": "事项名称",
    "type": "事项类型",
    "level_name": "层级",
    "department": "部门",
    "word": "承诺",
    "places": "实施地区数",
    "exception": "例外的理由",
}
ONCE = "once"


@require_safe
def show(request: ActorRequest, name: str = ONCE) -> HttpResponse:
    """One list with the figures."""
    wanted, every = listed.wanted(request, name, published.LISTS), published.lines()
    shown = {
        **wanted.shown, "rows": _rows(wanted, every), "figures": figures(every),
        "departments": sorted({one.department for one in every}), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "portal/lists.html", shown)


@require_safe
def as_file(request: ActorRequest, name: str, kind: str) -> HttpResponse:
    """The same list as a file."""
    wanted, every = listed.wanted(request, name, published.LISTS), published.lines()
    rows = tuple(tuple(getattr(one, column) for column in COLUMNS) for one in _rows(wanted, every))
    return listed.as_file(name, kind, Table(wanted.title, figures(every).sentences, tuple(COLUMNS.values()), rows))


@require_safe
def as_json(request: ActorRequest, name: str) -> HttpResponse:
    """The same list and the figures, all of them as they are computed now."""
    wanted, every = listed.wanted(request, name, published.LISTS), published.lines()
    rates = [
        {"name": one.name, "part": one.part, "whole": one.whole, "percent": one.percent, "how": one.how}
        for one in figures(every).rates
    ]
    document = {"list": published.LISTS[name], "rates": rates, "items": [asdict(one) for one in _rows(wanted, every)]}
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})


def _rows(wanted: Wanted, every: tuple[Line, ...]) -> tuple[Line, ...]:
    return published.chosen(every, wanted.name, wanted.level, wanted.department)
