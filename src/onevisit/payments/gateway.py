"""Calls to the payment gateway (支付平台), signed both ways by docs/partners.md. Never inside a transaction."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from onevisit.identity import peers
from onevisit.identity.models import Peer
from onevisit.payments.models import PaymentOrder

PEER = "gateway"
CALLBACK_PATH = "/payments/callback"
RETURN_PATH = "/cases/{case}/pay/done"


@dataclass(frozen=True)
class Answer:
    """What the gateway signed: status, document, and the signature itself."""

    status: int
    document: Any
    body: bytes
    signature: str


def open_order(order: PaymentOrder) -> Answer:
    """The order is at the gateway, once however often this is asked."""
    document = {
        "order": str(order.public_id),
        "amount": f"{order.amount:.2f}",
        "currency": "CNY",
        "payee": order.payee,
        "title": order.bill.name,
        "notify_url": settings.BASE_URL + CALLBACK_PATH,
        "return_url": settings.BASE_URL + RETURN_PATH.format(case=order.bill.case),
    }
    return _call(order, "POST", "/orders", document)


def ask(order: PaymentOrder) -> Answer:
    """How the order stands: our own query, the only thing that a payment is believed on."""
    return _call(order, "GET", f"/orders/{order.public_id}")


def close(order: PaymentOrder) -> Answer:
    """The order takes no money from now on, unless it already has; how it stands then."""
    return _call(order, "POST", f"/orders/{order.public_id}/close")


def refund(order: PaymentOrder, transaction: str) -> Answer:
    """The capture is given back, once however often this is asked; how the order stands then."""
    return _call(order, "POST", f"/orders/{order.public_id}/refund", {"transaction": transaction})


def page_of(answer: Answer) -> str:
    """The address of the hosted page; empty if there is none that a payer may be sent to."""
    url = answer.document.get("url") if isinstance(answer.document, dict) else None
    if not isinstance(url, str) or len(url) > 500 or not url.isascii() or not url.isprintable():
        return ""
    parts = urlsplit(url)
    schemes = ("https", "http") if settings.DEMO else ("https",)
    return url if parts.scheme in schemes and parts.hostname and not parts.username else ""


def is_key_of(key_id: str, provider: str) -> bool:
    """Whether the key that signed a callback belongs to this gateway, not to another partner."""
    return Peer.objects.filter(key_id=key_id, name=provider, active=True).exists()


def _call(order: PaymentOrder, method: str, path: str, document: Any = None) -> Answer:
    found = peers.call(order.provider, method, path, json=document)
    return Answer(found.status, found.json, found.bytes, found.headers.get("x-ov-signature", ""))
