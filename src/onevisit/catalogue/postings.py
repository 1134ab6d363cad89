"""Evidence that what is in force stands elsewhere too (公布凭证): on the city's own site, and on the province's.

Each look is kept: address, time, and the hash that was found there. The hash is the guide's, the same on page, print and API.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpcore
from django.conf import settings
from django.db.models import Exists, F, Max, OuterRef, Q

from onevisit.catalogue import queries
from onevisit.catalogue.models import Item, Posting, Standard
from onevisit.catalogue.queries import ItemView
from onevisit.identity import peers
from onevisit.identity.models import Peer

PORTAL, PROVINCE = "portal", "province"
NAMES = {PORTAL: "本市政务服务网", PROVINCE: "省政务服务网"}
LOT = 100
"""Guides that one round looks after."""
AGAIN = timedelta(minutes=50)
"""How long after a look that found nothing it is looked again: less than from one hourly round to the next."""
WAIT = 5.0
LONGEST_ADDRESS, LONGEST_HASH, LONGEST_NOTE = 500, 64, 300
"""What a posting has room for."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found at an address."""

    place: str
    address: str
    content_hash: str
    agrees: bool
    note: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The newest look at one site for one version."""

    place: str
    address: str
    at: datetime
    content_hash: str
    agrees: bool
    note: str


def evidence(standard_id: int) -> tuple[Evidence, ...]:
    """The newest look at each site."""
    found: dict[str, Evidence] = {}
    for row in Posting.objects.filter(standard=standard_id).order_by("at"):
        found[row.place] = Evidence(NAMES.get(row.place, row.place), row.address, row.at, row.content_hash, row.agrees, row.note)
    return tuple(found.values())


def owed(now: datetime) -> tuple[tuple[int, str], ...]:
    """Versions in force of which a site has not been seen to show them: (standard, site), those looked at longest ago first."""
    sites = [PORTAL, *Peer.objects.filter(name=PROVINCE, active=True).values_list("name", flat=True)]
    offered = Item.objects.filter(base_item=OuterRef("base_item"), level=OuterRef("level"), active=True)
    rows = Standard.objects.filter(Exists(offered), state=Standard.State.PUBLISHED)
    wanted: list[tuple[int, str]] = []
    for site in sites:
        done = Posting.objects.filter(standard=OuterRef("pk"), place=site, agrees=True)
        tried = Posting.objects.filter(standard=OuterRef("pk"), place=site, at__gt=now - AGAIN)
        last = Max("postings__at", filter=Q(postings__place=site))
        left = rows.exclude(Exists(done)).exclude(Exists(tried)).annotate(last=last)
        order = (F("last").asc(nulls_first=True), "published_at")
        wanted += [(pk, site) for pk in left.order_by(*order).values_list("pk", flat=True)[:LOT]]
    return tuple(wanted)


def look(now: datetime) -> Iterator[tuple[int, Seen]]:
    """Every site that is owed, looked at; what goes wrong with one is seen as that, and the next follows.

    Calls go out: never inside a transaction.
    """
    for standard_id, site in owed(now):
        row = Standard.objects.select_related("base_item").get(pk=standard_id)
        first = Item.objects.filter(base_item=row.base_item, level=row.level, active=True).order_by("division__code").first()
        if first is None:
            continue
        yield standard_id, _seen(first.code, site)


def _seen(code: str, site: str) -> Seen:
    try:
        item = queries.item(code)
        return _portal(item) if site == PORTAL else _province(item)
    except queries.NoItem:
        return Seen(site, "", "", agrees=False, note="这一版现在没有公布出来，请看区划的参数是否齐全")
    except Exception:
        log.exception("looking at a site failed", extra={"code": code, "site": site})
        return Seen(site, "", "", agrees=False, note="查看时出错，已经记入日志")


def _portal(item: ItemView) -> Seen:
    address = _address(item)
    waits = dict.fromkeys(("connect", "read", "write", "pool"), WAIT)
    try:
        answer = httpcore.request("GET", address, extensions={"timeout": waits})
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
        return Seen(PORTAL, address, "", agrees=False, note="打不开")
    shows = answer.status == 200 and item.content_hash in answer.content.decode("utf-8", "replace")
    found, note = (item.content_hash, "") if shows else ("", f"没有看到这一版（{answer.status}）")
    return Seen(PORTAL, address, found, agrees=shows, note=note)


def _province(item: ItemView) -> Seen:
    """The guide is handed over; the signed receipt says under which address, and with which hash, it stands there."""
    guide = {"name": item.name, "level": item.level, "version": item.version, "content_hash": item.content_hash}
    try:
        told = peers.call(PROVINCE, "PUT", f"/guides/{item.code}", json={**guide, "address": _address(item)})
    except peers.PeerTrouble as trouble:
        return Seen(PROVINCE, "", "", agrees=False, note=str(trouble)[:LONGEST_NOTE])
    receipt = told.json if told.status == 200 and isinstance(told.json, dict) else {}
    shown, path = (str(receipt.get(name, "")) for name in ("content_hash", "path"))
    agrees = shown == item.content_hash
    note = "" if agrees else f"没有收下（{told.status}）"
    return Seen(PROVINCE, _cut(path, LONGEST_ADDRESS), _cut(shown, LONGEST_HASH), agrees=agrees, note=note)


def _cut(text: str, longest: int) -> str:
    """What can be kept of what somebody else wrote."""
    return "".join(one for one in text if one.isprintable())[:longest]


def _address(item: ItemView) -> str:
    return f"{settings.BASE_URL}/items/{item.key}?division={item.division_code}"
