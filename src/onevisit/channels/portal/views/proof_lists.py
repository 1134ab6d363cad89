"""The lists of proofs that the city publishes (保留证明清单, 取消证明清单): a page, spreadsheets, paper, JSON."""

from dataclasses import asdict

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onevisit.catalogue.documents.tables import Table
from onevisit.channels.portal import listed
from onevisit.channels.portal.listed import Wanted
from onevisit.identity.login import ActorRequest
from onevisit.proofs import queries
from onevisit.proofs.queries import Line

HEADS = {
    "kept-proofs": ("证明名称", "开具单位", "要它的事项", "层级", "部门", "依据", "决定日期"),
    "cancelled-proofs": ("证明名称", "为什么取消", "用什么代替", "原来要它的事项", "层级", "部门", "依据", "决定日期"),
}
BETWEEN = "；"


@require_safe
def show(request: ActorRequest, name: str) -> HttpResponse:
    """One list."""
    wanted, rows = _wanted(request, name)
    every = queries.listed(name)
    shown = {
        **wanted.shown, "rows": rows, "told": _told(name, rows),
        "departments": sorted({one for line in every for one in line.departments}), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "portal/proof_lists.html", shown)


@require_safe
def as_file(request: ActorRequest, name: str, kind: str) -> HttpResponse:
    """The same list as a file."""
    wanted, rows = _wanted(request, name)
    return listed.as_file(
        name, kind, Table(wanted.title, _told(name, rows), HEADS[name], tuple(_cells(name, one) for one in rows))
    )


@require_safe
def as_json(request: ActorRequest, name: str) -> HttpResponse:
    """The same list for a program."""
    _, rows = _wanted(request, name)
    document = {"list": queries.LISTS[name], "told": _told(name, rows), "proofs": [asdict(one) for one in rows]}
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})


def _cells(name: str, one: Line) -> tuple[str, ...]:
    who = (BETWEEN.join(one.items), BETWEEN.join(one.levels), BETWEEN.join(one.departments), BETWEEN.join(one.basis), one.since)
    return (one.name, one.issuer, *who) if name == "kept-proofs" else (one.name, one.why, one.instead, *who)


def _told(name: str, rows: tuple[Line, ...]) -> tuple[str, ...]:
    """What stands above the list."""
    left = queries.unreviewed() if name == "kept-proofs" else 0
    return (f"共{len(rows)}份。", *((f"另有{left}份还没有审查完，办事时可能仍然要交。",) if left else ()))


def _wanted(request: ActorRequest, name: str) -> tuple[Wanted, tuple[Line, ...]]:
    wanted = listed.wanted(request, name, queries.LISTS)
    return wanted, queries.listed(name, wanted.level, wanted.department)
