"""Paying: what for, on what basis, how much; the gateway's page by a link; its callback; what our own query says."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from onevisit.access import Hidden
from onevisit.cases import queries as cases
from onevisit.channels.portal.login import needs_login
from onevisit.channels.ui import trouble
from onevisit.identity.login import ActorRequest
from onevisit.payments import actions, queries


@needs_login
def show(request: ActorRequest, case: UUID) -> HttpResponse:
    """The bill of the case, which may still be in the making; while a payment is confirmed there is no second button (核实中)."""
    view = cases.case(request.actor, str(case))
    try:
        bill = queries.bill_of_case(request.actor, view.id)
    except Hidden:
        if view.stage_name != cases.PAY:
            raise
        return trouble.soon(request, "缴费单")
    return render(request, "portal/pay.html", {"case": view, "bill": bill})


@require_POST
@needs_login
def start(request: ActorRequest, case: UUID) -> HttpResponse:
    """The gateway's page, reached by a link."""
    bill = queries.bill_of_case(request.actor, str(case))
    begun = actions.start(request.actor, bill.id)
    return render(request, "portal/pay_go.html", {"case": cases.case(request.actor, str(case)), "bill": bill, "url": begun.url})


@needs_login
def done(request: ActorRequest, case: UUID) -> HttpResponse:
    """Back from the gateway: what our own query says, whatever the address claims."""
    bill = queries.bill_of_case(request.actor, str(case))
    if bill.state == "open":
        actions.settle(bill.id)
    return (
        redirect("case", case=case)
        if queries.bill_of_case(request.actor, str(case)).state == "paid"
        else redirect("pay", case=case)
    )


@csrf_exempt
@require_POST
def callback(request: ActorRequest) -> HttpResponse:
    """The gateway's signed word that something happened; believed only after our own query."""
    actions.callback(request.headers, request.body)
    return HttpResponse(status=204)
