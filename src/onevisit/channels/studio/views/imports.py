"""A city's spreadsheet read for trial (导入): what is wrong, cell by cell, what would be made of it; then, if wanted, drafts."""

from collections import Counter
from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from onevisit.access import Refused
from onevisit.catalogue import actions, exchange, phrases, revisions
from onevisit.catalogue.exchange import CellDiagnostic, Import
from onevisit.channels.studio.login import needs_login
from onevisit.channels.ui.forms import Problem
from onevisit.core.diagnostics import CODES
from onevisit.identity.login import ActorRequest
from onevisit.papers import actions as papers
from onevisit.papers import queries as files

MOST_BYTES = 20_000_000
MOST_ITEMS = 3_000
"""Items that become drafts at once."""
SHOWN = 200
WITHIN = 86_400
"""Seconds for which a trial can be made real."""


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: ActorRequest) -> HttpResponse:
    """The page; with a file, what the trial found."""
    if request.method != "POST":
        return _page(request, {})
    file = request.FILES.get("file")
    if file is None:
        return _page(request, {"problems": (Problem("f-file", "还没有选文件，请选一个表格。"),)})
    if (file.size or 0) > MOST_BYTES:
        return _page(request, {"problems": (Problem("f-file", f"文件超过{MOST_BYTES // 1_000_000} MB，请分成几个文件。"),)})
    name, content = str(file.name)[-100:], file.read()
    try:
        found = exchange.read(name, content)
    except Refused as refused:
        return _page(request, {"problems": (Problem("f-file", f"{refused.message}{refused.way_out}"),)})
    kept = papers.store(content, "table")
    ticket = signing.dumps([kept.public_id, name, request.actor.id], salt="import")
    return _page(request, _trial(found) | {"ticket": ticket, "file": name})


@needs_login
@require_POST
def keep(request: ActorRequest) -> HttpResponse:
    """The drafts that the trial promised."""
    try:
        file, name, who = signing.loads(request.POST.get("ticket", ""), salt="import", max_age=WITHIN)
    except signing.BadSignature:
        return _page(request, {"problems": (Problem("f-file", "这次试读已经过期，请重新选文件。"),)})
    if who != request.actor.id:
        return _page(request, {"problems": (Problem("f-file", "这次试读是别人做的，请您自己选文件再试。"),)})
    found = exchange.read(name, files.content(file).content)
    if len(found.items) > MOST_ITEMS:
        raise Refused("too-many", f"一次最多导入{MOST_ITEMS}项。", "请分成几个文件。")
    return _page(request, {"done": actions.import_table(request.actor, found), "levels": phrases.LEVELS, "file": name})


def _trial(found: Import) -> dict[str, Any]:
    told = exchange.check(found, revisions.others())
    counted = Counter((one.diagnostic.code, one.diagnostic.severity) for one in told)
    codes = [(code, CODES[code].title, severity, number) for (code, severity), number in counted.most_common()]
    wrong = {one.item for one in told if one.diagnostic.severity == "error"}
    return {
        "found": found,
        "count": len(found.items),
        "clean": sum(number not in wrong for number in range(len(found.items))),
        "codes": codes,
        "told": sorted(told, key=_order)[:SHOWN],
        "more": max(0, len(told) - SHOWN),
        "unknown": [one for one in found.unknown_columns if not one.official],
        "official": [one for one in found.unknown_columns if one.official],
        "too_many": len(found.items) > MOST_ITEMS,
    }


def _order(one: CellDiagnostic) -> tuple[bool, int, str]:
    return one.diagnostic.severity != "error", one.diagnostic.line, one.diagnostic.code


def _page(request: ActorRequest, shown: dict[str, Any]) -> HttpResponse:
    return render(request, "studio/import.html", shown, status=422 if shown.get("problems") else 200)
