"""Where the result is (送达): chosen, tracked, sent another way; what a courier's callback says."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from onevisit.cases import actions, queries
from onevisit.cases.queries import CaseView
from onevisit.channels.portal import coming
from onevisit.channels.portal.login import needs_login
from onevisit.channels.ui import forms
from onevisit.core import values
from onevisit.deliveries import actions as deliveries
from onevisit.deliveries.queries import DeliveryView
from onevisit.identity.login import ActorRequest


@needs_login
def show(request: ActorRequest, case: UUID) -> HttpResponse:
    """The parcel on its way, and in which other way it can go; before that the choice, as long as it may be changed."""
    view = queries.case(request.actor, str(case))
    if view.stage == "draft":
        return redirect("check", case=case)
    found = coming.delivery(request.actor, view)
    return _under_way(request, view, found) if found else _choice(request, view)


def _choice(request: ActorRequest, view: CaseView) -> HttpResponse:
    choice = queries.delivery_choice(request.actor, view.id)
    if not choice.is_asked:
        return redirect("case", case=view.id)
    faults: Sequence[values.Fault] = ()
    if request.method == "POST":
        try:
            coming.keep(request.actor, view.id, request.POST)
            return redirect("case", case=view.id)
        except actions.Invalid as invalid:
            faults = invalid.faults
    asked = coming.asked(request.actor, choice, faults, coming.wish(request.POST) if faults else None)
    return _page(request, {"case": view, "asked": asked}, faults)


def _under_way(request: ActorRequest, view: CaseView, found: DeliveryView) -> HttpResponse:
    """Tracking; a wish to have it another way is done, or comes back with its faults and all that was typed."""
    faults: Sequence[values.Fault] = ()
    sent = coming.wish(request.POST)
    if request.method == "POST":
        offered = coming.others(found)
        faults = coming.wrong(offered, sent) if offered else ()
        if not faults:
            deliveries.redirect(request.actor, found.id, sent.kind, coming.written(sent))
            return redirect("delivery", case=view.id)
    asked = coming.again(request.actor, found, faults, sent if faults else None)
    return _page(
        request, {"case": view, "delivery": found, "asked": asked, "counter": coming.counter(request.actor, found)}, faults
    )


def _page(request: ActorRequest, shown: dict[str, object], faults: Sequence[values.Fault]) -> HttpResponse:
    shown["problems"] = forms.summary(faults)
    return render(request, "portal/delivery.html", shown, status=422 if faults else 200)


@require_POST
def save(request: ActorRequest, case: UUID) -> HttpResponse:
    """What stands in the draft's choice is kept, right or wrong (JSON, for the script that sent it)."""
    if not request.actor.id:
        return JsonResponse({"error": "login"}, status=401)
    view = queries.case(request.actor, str(case))
    if view.stage == "draft":
        coming.keep(request.actor, view.id, request.POST)
    return JsonResponse({"version": view.version, "at": f"{settings.CLOCK():%H:%M}"})


@csrf_exempt
@require_POST
def callback(request: ActorRequest) -> HttpResponse:
    """The courier's signed word that something happened; believed only after our own query."""
    deliveries.callback(request.headers, request.body)
    return HttpResponse(status=204)
