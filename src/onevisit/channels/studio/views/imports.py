"""A city's spreadsheet read for trial (导入): what is wrong, cell by cell, what would be made of it; then, if wanted, drafts."""

from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from onevisit import access
from onevisit.access import Duty, Refused, Target
from onevisit.catalogue import actions, exchange, phrases, queries, revisions
from onevisit.catalogue.exchange import CellDiagnostic, Import
from onevisit.channels.studio.login import needs_login
from onevisit.channels.ui.forms import Problem
from onevisit.core.diagnostics import CODES
from onevisit.identity.login import ActorRequest

MOST_BYTES = 20_000_000
SHOWN = 200


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: ActorRequest) -> HttpResponse:
    """The page; with a file, what the trial found."""
    if request.method != "POST":
        return _page(request, {})
    access.require(request.actor, Duty.GUIDE_DRAFT, Target("catalogue"))
    file = request.FILES.get("file")
    if file is None:
        return _page(request, {"problems": (Problem("f-file", "还没有选文件，请选一个表格。"),)})
    if (file.size or 0) > MOST_BYTES:
        return _page(request, {"problems": (Problem("f-file", f"文件超过{MOST_BYTES // 1_000_000} MB，请分成几个文件。"),)})
    name, content = str(file.name)[-100:], file.read()
    try:
        tried = actions.try_table(request.actor, name, content)
    except Refused as refused:
        return _page(request, {"problems": (Problem("f-file", f"{refused.message}{refused.way_out}"),)})
    return _page(request, _trial(tried.found) | {"ticket": tried.ticket, "file": name})


@needs_login
@require_POST
def keep(request: ActorRequest) -> HttpResponse:
    """The drafts that the trial promised."""
    try:
        name, done = actions.import_trial(request.actor, request.POST.get("ticket", ""))
    except Refused as refused:
        return _page(request, {"problems": (Problem("f-file", f"{refused.message}{refused.way_out}"),)})
    return _page(request, {"done": done, "levels": phrases.LEVELS, "file": name})


def _trial(found: Import) -> dict[str, Any]:
    told = exchange.check(found, revisions.others(), queries.base_names())
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
    }


def _order(one: CellDiagnostic) -> tuple[bool, int, str]:
    return one.diagnostic.severity != "error", one.diagnostic.line, one.diagnostic.code


def _page(request: ActorRequest, shown: dict[str, Any]) -> HttpResponse:
    """The page; half a character, which JSON can hold, is shown as a question mark."""
    writes = access.may(request.actor, Duty.GUIDE_DRAFT, Target("catalogue"))
    page = render_to_string("studio/import.html", {**shown, "writes": writes}, request)
    return HttpResponse(page.encode("utf-8", "replace"), status=422 if shown.get("problems") else 200)
