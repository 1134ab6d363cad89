"""Who is away and who stands in (请假, A/B岗): entered by the officer himself or by his chief."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from onevisit.access import Refused
from onevisit.channels.ui.forms import Problem
from onevisit.channels.workbench.login import needs_login
from onevisit.identity import absences, actions
from onevisit.identity.login import ActorRequest


@require_http_methods(["GET", "HEAD", "POST"])
@needs_login
def listed(request: ActorRequest) -> HttpResponse:
    """The leaves of these offices, and the form to enter one; what is wrong stands on top."""
    problems = _entered(request) if request.method == "POST" else ()
    if request.method == "POST" and not problems:
        return redirect("colleagues")
    staff = absences.colleagues(request.actor)
    his = {one.account for one in staff if absences.may_enter(request.actor, one)}
    shown = {
        "absences": [(one, one.account in his) for one in absences.absences(request.actor)],
        "staff": staff,
        "own": [one for one in staff if one.account in his],
        "problems": problems,
        "typed": request.POST,
        "wrong": {one.target: one.message for one in problems},
    }
    return render(request, "workbench/colleagues.html", shown, status=422 if problems else 200)


@require_POST
@needs_login
def end(request: ActorRequest, absence: UUID) -> HttpResponse:
    """The leave is over, or does not begin."""
    actions.end_absence(request.actor, str(absence))
    return redirect("colleagues")


def _entered(request: ActorRequest) -> tuple[Problem, ...]:
    """The leave is entered; or what is missing, can't be read or is refused."""
    typed = request.POST
    asked = {"account": "请选谁请假。", "stand_in": "请选谁顶岗。"}
    problems = [Problem(f"f-{name}", told) for name, told in asked.items() if not typed.get(name)]
    days: dict[str, date] = {}
    for name, told in (("since", "请填写从哪天起。"), ("until", "请填写到哪天止。")):
        try:
            days[name] = date.fromisoformat(typed.get(name, ""))
        except ValueError:
            problems.append(Problem(f"f-{name}", told))
    if problems:
        return tuple(problems)
    try:
        actions.enter_absence(request.actor, typed["account"], typed["stand_in"], days["since"], days["until"])
    except Refused as refused:
        where = "f-stand_in" if refused.code in ("not-his-office", "stand-in-away") else "f-since"
        return (Problem(where, f"{refused}{refused.way_out}"),)
    return ()
