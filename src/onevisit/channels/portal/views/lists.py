"""The lists that the city publishes, with their figures: as a page, as spreadsheets, on paper, as JSON for a program."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onevisit.access import Refused
from onevisit.catalogue import published
from onevisit.catalogue.documents import tables
from onevisit.catalogue.documents.tables import Table
from onevisit.channels.portal.figures import Figures, figures
from onevisit.identity.login import ActorRequest
from onevisit.papers.inspection import PDF, XLSX
from onevisit.proofs import queries as proofs

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
FORMATS: Mapping[str, tuple[str, Callable[[Table], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", tables.as_csv),
    "xlsx": (XLSX, tables.as_xlsx),
    "pdf": (PDF, tables.as_pdf),
}


@dataclass(frozen=True)
class Wanted:
    """One list as it is asked for: `level` and `department` narrow it, the address says what is shown."""

    name: str
    level: str
    department: str

    @cached_property
    def all(self) -> tuple[published.Line, ...]:
        """Every offered item: what the figures are counted over."""
        return published.lines()

    @cached_property
    def rows(self) -> tuple[published.Line, ...]:
        """The lines of the list."""
        return published.chosen(self.all, self.name, self.level, self.department)

    @property
    def figures(self) -> Figures:
        """The figures that stand above it."""
        return figures(self.all)

    @property
    def title(self) -> str:
        """The list's name, and to what it is narrowed."""
        parts = "、".join(filter(None, (published.LEVELS.get(self.level, self.level), self.department)))
        return f"{published.LISTS[self.name]}（{parts}）" if parts else published.LISTS[self.name]


@require_safe
def show(request: ActorRequest, name: str = ONCE) -> HttpResponse:
    """One list with the figures."""
    wanted = _wanted(request, name)
    shown = {
        "name": name, "title": published.LISTS[name], "lists": {**published.LISTS, **proofs.LISTS}, "rows": wanted.rows,
        "figures": wanted.figures,
        "level": wanted.level, "levels": published.LEVELS, "department": wanted.department,
        "departments": sorted({one.department for one in wanted.all}), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "portal/lists.html", shown)


@require_safe
def as_file(request: ActorRequest, name: str, kind: str) -> HttpResponse:
    """The same list as a file."""
    wanted = _wanted(request, name)
    rows = tuple(tuple(getattr(one, column) for column in COLUMNS) for one in wanted.rows)
    table = Table(wanted.title, wanted.figures.sentences, tuple(COLUMNS.values()), rows)
    if kind == "pdf" and table.too_long:
        raise Refused("list-long", f"有{len(rows)}项，打印出来太长。", "请先选层级或者部门，或者下载表格。")
    media, made = FORMATS[kind]
    answer = HttpResponse(made(table), content_type=media)
    answer["Content-Disposition"] = f'{"inline" if kind == "pdf" else "attachment"}; filename="{name}.{kind}"'
    return answer


@require_safe
def as_json(request: ActorRequest, name: str) -> HttpResponse:
    """The same list and the figures, all of them as they are computed now."""
    wanted = _wanted(request, name)
    rates = [
        {"name": one.name, "part": one.part, "whole": one.whole, "percent": one.percent, "how": one.how}
        for one in wanted.figures.rates
    ]
    document = {"list": published.LISTS[name], "rates": rates, "items": [asdict(one) for one in wanted.rows]}
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})


def _wanted(request: ActorRequest, name: str) -> Wanted:
    if name not in published.LISTS:
        raise Http404
    return Wanted(name, request.GET.get("level", ""), request.GET.get("department", ""))
