"""The lists of proofs that the city publishes (保留证明清单, 取消证明清单): a page, spreadsheets, paper, JSON."""

from dataclasses import asdict, dataclass

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onevisit.access import Refused
from onevisit.catalogue import published
from onevisit.catalogue.documents.tables import Table
from onevisit.channels.portal.views.lists import FORMATS
from onevisit.identity.login import ActorRequest
from onevisit.proofs import queries
from onevisit.proofs.queries import Line

HEADS = {
    "kept-proofs": ("证明名称", "开具单位", "要它的事项", "层级", "部门", "依据", "决定日期"),
    "cancelled-proofs": ("证明名称", "为什么取消", "用什么代替", "原来要它的事项", "层级", "部门", "依据", "决定日期"),
}
BETWEEN = "；"


@dataclass(frozen=True)
class Wanted:
    """One list as it is asked for: `level` and `department` narrow it, the address says what is shown."""

    name: str
    level: str
    department: str
    rows: tuple[Line, ...]

    @property
    def title(self) -> str:
        """The list's name, and to what it is narrowed."""
        parts = "、".join(filter(None, (published.LEVELS.get(self.level, self.level), self.department)))
        return f"{queries.LISTS[self.name]}（{parts}）" if parts else queries.LISTS[self.name]

    @property
    def told(self) -> tuple[str, ...]:
        """What stands above the list."""
        left = queries.unreviewed() if self.name == "kept-proofs" else 0
        return (f"共{len(self.rows)}份。", *((f"另有{left}份还没有审查完，办事时可能仍然要交。",) if left else ()))


@require_safe
def show(request: ActorRequest, name: str) -> HttpResponse:
    """One list."""
    wanted = _wanted(request, name)
    every = queries.listed(name)
    shown = {
        "name": name, "title": queries.LISTS[name], "lists": {**published.LISTS, **queries.LISTS}, "rows": wanted.rows,
        "told": wanted.told, "level": wanted.level, "levels": published.LEVELS, "department": wanted.department,
        "departments": sorted({one for line in every for one in line.departments}), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "portal/proof_lists.html", shown)


@require_safe
def as_file(request: ActorRequest, name: str, kind: str) -> HttpResponse:
    """The same list as a file."""
    wanted = _wanted(request, name)
    table = Table(wanted.title, wanted.told, HEADS[name], tuple(_cells(name, one) for one in wanted.rows))
    if kind == "pdf" and table.too_long:
        raise Refused("list-long", f"有{len(wanted.rows)}份，打印出来太长。", "请先选层级或者部门，或者下载表格。")
    media, made = FORMATS[kind]
    answer = HttpResponse(made(table), content_type=media)
    answer["Content-Disposition"] = f'{"inline" if kind == "pdf" else "attachment"}; filename="{name}.{kind}"'
    return answer


@require_safe
def as_json(request: ActorRequest, name: str) -> HttpResponse:
    """The same list for a program."""
    wanted = _wanted(request, name)
    document = {"list": queries.LISTS[name], "told": wanted.told, "proofs": [asdict(one) for one in wanted.rows]}
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})


def _cells(name: str, one: Line) -> tuple[str, ...]:
    who = (BETWEEN.join(one.items), BETWEEN.join(one.levels), BETWEEN.join(one.departments), BETWEEN.join(one.basis), one.since)
    return (one.name, one.issuer, *who) if name == "kept-proofs" else (one.name, one.why, one.instead, *who)


def _wanted(request: ActorRequest, name: str) -> Wanted:
    level, department = request.GET.get("level", ""), request.GET.get("department", "")
    return Wanted(name, level, department, queries.listed(name, level, department))
