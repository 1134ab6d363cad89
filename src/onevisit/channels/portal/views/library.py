"""My licences, their files, and the public page that verifies one."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from onevisit.channels.portal.login import needs_login
from onevisit.channels.portal.views.cases import pdf
from onevisit.identity import limits
from onevisit.identity.login import ActorRequest
from onevisit.licences import actions, queries
from onevisit.papers import qr as codes


@require_safe
@needs_login
def mine(request: ActorRequest) -> HttpResponse:
    """Cards with masked number and validity."""
    return render(request, "portal/licences.html", {"licences": queries.mine(request.actor)})


@require_safe
@needs_login
def document(request: ActorRequest, licence: UUID) -> HttpResponse:
    """The signed file."""
    return pdf(actions.file_of(request.actor, str(licence)), "licence.pdf")


@require_safe
def ask(request: ActorRequest) -> HttpResponse:
    """Where one types the verification code that a paper bears."""
    code = request.GET.get("code", "").strip()
    return redirect("verify-code", code=code.replace("/", "")) if code.strip("/") else render(request, "portal/verify.html", {})


@require_safe
def verify(request: ActorRequest, code: str) -> HttpResponse:
    """Whether the licence holds today, with masked facts; "none" and "wrong" look alike."""
    with limits.guess(limits.Use("verify", limits.address(request))) as guess:
        found = queries.verify(code)
        guess.missed = found is None
    shown = {"code": code, "found": found, "asked": True}
    return render(request, "portal/verify.html", shown, status=200 if found else 404)


@require_safe
def qr(request: ActorRequest, code: str) -> HttpResponse:
    """The QR code that leads to the public page of this verification code (二维码); it says nothing of whether there is one."""
    address = f"{settings.BASE_URL}{reverse('verify-code', kwargs={'code': code})}"
    return HttpResponse(codes.svg(address), content_type="image/svg+xml")
