"""Calls to the courier (快递单位), signed both ways by docs/partners.md. Never inside a transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from onevisit.deliveries.models import Parcel
from onevisit.identity import peers
from onevisit.identity.models import Peer

PEER = "courier"
CALLBACK_PATH = "/deliveries/callback"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the courier signed: status, document, and the signature itself."""

    status: int
    document: Any
    signature: str


def post(parcel: Parcel, address: Mapping[str, str]) -> Answer:
    """The parcel is with the courier, once however often this is asked."""
    of = parcel.delivery
    document = {
        "parcel": str(parcel.public_id),
        "sender": of.office,
        "what": of.what,
        "collect": [paper["name"] for paper in of.owed],
        "to": {name: address[name] for name in ("name", "phone", "address")},
        "notify_url": settings.BASE_URL + CALLBACK_PATH,
    }
    return _call(parcel, "POST", "/parcels", document)


def ask(parcel: Parcel) -> Answer:
    """How the parcel stands: our own query, the only thing that an arrival is believed on."""
    return _call(parcel, "GET", f"/parcels/{parcel.public_id}")


def is_key_of(key_id: str, courier: str) -> bool:
    """Whether the key that signed a callback belongs to this courier, not to another partner."""
    return Peer.objects.filter(key_id=key_id, name=courier, active=True).exists()


def _call(parcel: Parcel, method: str, path: str, document: Any = None) -> Answer:
    found = peers.call(parcel.courier, method, path, json=document)
    return Answer(found.status, found.json, found.headers.get("x-ov-signature", ""))
