"""The lists that the city publishes, with their rates: as a page, as CSV for a spreadsheet, as JSON for a program."""

import csv
from dataclasses import asdict
from io import StringIO

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onevisit.catalogue import published
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
    """One list; `level` and `department` narrow it, the address says what is shown."""
    rows = published.lines()
    found, level, department = _found(request, rows, name)
    shown = {
        "name": name, "title": published.LISTS[name], "lists": published.LISTS, "rows": found, "rates": published.rates(rows),
        "level": level, "levels": published.LEVELS, "department": department,
        "departments": sorted({one.department for one in rows}), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "portal/lists.html", shown)


@require_safe
def as_csv(request: ActorRequest, name: str) -> HttpResponse:
    """The same list with a byte-order mark, so that spreadsheets read it."""
    found, _, _ = _found(request, published.lines(), name)
    text = StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS.values())
    table.writerows([getattr(one, column) for column in COLUMNS] for one in found)
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@require_safe
def as_json(request: ActorRequest, name: str) -> HttpResponse:
    """The same list and the rates, all of them as they are computed now."""
    rows = published.lines()
    found, _, _ = _found(request, rows, name)
    rates = [{"name": one.name, "part": one.part, "whole": one.whole, "percent": one.percent} for one in published.rates(rows)]
    document = {"list": published.LISTS[name], "rates": rates, "items": [asdict(one) for one in found]}
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})


def _found(request: ActorRequest, rows: tuple[published.Line, ...], name: str) -> tuple[tuple[published.Line, ...], str, str]:
    if name not in published.LISTS:
        raise Http404
    level, department = request.GET.get("level", ""), request.GET.get("department", "")
    return published.chosen(rows, name, level, department), level, department
