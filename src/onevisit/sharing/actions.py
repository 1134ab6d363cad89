"""Asking other authorities: the question is a row before it is sent, the call lies outside of any transaction, the answer is a row after.

No inquiry without case, item, datum, subject, purpose, and a whitelist row with its basis. 国务院令第716号 art. 7.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused, Target
from onevisit.catalogue.packs import Pack
from onevisit.city import queries as city
from onevisit.core.definition import Standard
from onevisit.identity import peers
from onevisit.identity import queries as identity
from onevisit.identity.personal import purpose
from onevisit.ledger import suite
from onevisit.sharing import answers, connectors, queries
from onevisit.sharing.answers import Unbelievable
from onevisit.sharing.models import Inquiry, SharedResource, Whitelist
from onevisit.sharing.queries import Inquired

SHARED = "shared:"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: for which case and item, about whom (public id), with which other data; `timeout` in seconds."""

    case: str
    item_key: str
    resource: str
    subject: str
    params: Mapping[str, str] = field(default_factory=dict)
    purpose: str = "handle"
    timeout: float = 10.0


@transaction.atomic
def load_pack(actor: Actor, pack: Pack) -> int:
    """The pack's resources can be asked, each datum by the items of the pack that use it; the number of resources."""
    access.require(actor, Duty.GUIDE_PUBLISH, Target("resource", id=pack.name))
    if "connectors" not in pack.documents:
        return 0
    named = {one.id: one for one in pack.register.shared}
    for one in connectors.read(pack.documents["connectors"]):
        if one.id not in named:
            raise Refused("unregistered", f"数据资源“{one.id}”没有登记。", "请先写进 resources.yaml 的 shared。")
        row, _ = SharedResource.objects.update_or_create(
            word=one.id,
            defaults={
                "name": named[one.id].name,
                "provider": named[one.id].provider,
                "provider_name": city.department(named[one.id].provider).name,
                "peer": one.peer,
                "path": one.path,
                "mode": one.mode,
                "subject": one.subject,
                "params": list(one.params),
                "fields": [dict(each) for each in one.fields],
                "basis": [dict(each) for each in one.basis],
                "freshness": one.freshness,
            },
        )
        _allow(row, pack)
    return len(named)


def _allow(row: SharedResource, pack: Pack) -> None:
    """The whitelist: each datum that an item of the pack takes from the resource, or all of them where a material is fetched."""
    for written in pack.definitions:
        for datum in _wanted(written.standard, row):
            Whitelist.objects.update_or_create(
                resource=row, item=written.standard.item.id, datum=datum, defaults={"basis": row.basis}
            )


def _wanted(standard: Standard, row: SharedResource) -> set[str]:
    taken = {f.source.rpartition(".")[2] for f in standard.form if f.source.rpartition(".")[0] == SHARED + row.word}
    whole = any(m.source == SHARED + row.word for m in standard.materials)
    return {one["id"] for one in row.fields} if whole else taken


def inquire(actor: Actor, ask: Ask) -> Inquired:
    """What the source says: `answered`, `empty`, `down` or `wrong`. A fresh answer of the case to the same question is taken again."""
    row = queries.row(ask.resource)
    own = Duty.SHARED_SEE if actor.kind == "applicant" else Duty.SHARED_QUERY
    access.require(actor, own, Target("case", id=ask.case, owner=ask.subject, item=ask.item_key))
    digest = _params_digest(row, ask)
    known = queries.fresh(ask.case, row, digest)
    if known is not None:
        return _opened(actor, known, row)
    allowed = row.whitelist.filter(item=ask.item_key)
    data = tuple(sorted(one.datum for one in allowed))
    if not data:
        raise Refused("not-whitelisted", f"这个事项不能查询“{row.name}”。", "需要时请先办理数据共享授权。")
    with transaction.atomic(), purpose(actor, _code(actor), subject=ask.subject, case=ask.case):
        subject = identity.applicant_for_sharing(ask.subject)
    if row.subject not in ("any", "organisation" if subject.number_kind == "uscc" else "person"):
        return Inquired("", row.word, "empty", row.name, settings.CLOCK())
    inquiry = _asked(actor, ask, row, (digest, data))
    return _answered(actor, inquiry, _call(row, ask, subject.number, data), row)


def _code(actor: Actor) -> str:
    return "verify" if actor.kind != "applicant" else "own"


def _params_digest(row: SharedResource, ask: Ask) -> bytes:
    """What tells two questions of a case apart, keyed so that nobody can guess a number from it."""
    said = json.dumps([ask.subject, {name: ask.params.get(name, "") for name in row.params}], ensure_ascii=False, sort_keys=True)
    return suite.mac(suite.secret("inquiry"), f"{ask.case}|{row.word}|{said}".encode())


@transaction.atomic(durable=True)
def _asked(actor: Actor, ask: Ask, row: SharedResource, question: tuple[bytes, tuple[str, ...]]) -> Inquiry:
    digest, data = question
    return Inquiry.objects.create(
        owner_key=UUID(ask.case),
        case=UUID(ask.case),
        item=ask.item_key,
        resource=row,
        subject=UUID(ask.subject),
        params_digest=digest,
        data=list(data),
        purpose=ask.purpose,
        basis=row.basis,
        actor=actor.id,
        asked_at=settings.CLOCK(),
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back: an answer to believe, or a failure with its state."""

    state: str
    told: answers.Told | None = None
    failure: str = ""
    digest: bytes = b""
    signature: str = ""


def _call(row: SharedResource, ask: Ask, number: str, data: tuple[str, ...]) -> Heard:
    """The question over the wire; nothing of the database is held meanwhile."""
    asked = answers.Asked(row.word, number, data, settings.REAL_CLOCK())
    question = {
        "case": ask.case,
        "item": ask.item_key,
        "purpose": ask.purpose,
        "basis": f"{row.basis[0]['law']}{row.basis[0].get('article', '')}",
        "subject": {"number": number},
        "params": {name: ask.params[name] for name in row.params if ask.params.get(name)},
        "data": list(data),
    }
    try:
        answer = peers.call(row.peer, "POST", row.path, json=question, timeout=ask.timeout)
        if answer.status != 200:
            return Heard("wrong", failure=f"status-{answer.status}")
        told = answers.believed(asked, answer.json, row.fields)
    except peers.PeerDown as down:
        return Heard("down", failure=down.code)
    except peers.PeerWrong as wrong:
        return Heard("wrong", failure=wrong.code)
    except Unbelievable as why:
        return Heard("wrong", failure=str(why))
    lowered = {name.lower(): value for name, value in answer.headers.items()}
    state = "empty" if told.values is None else "answered"
    return Heard(state, told, digest=suite.digest(answer.bytes), signature=lowered.get("x-ov-signature", ""))


@transaction.atomic(durable=True)
def _answered(actor: Actor, inquiry: Inquiry, heard: Heard, row: SharedResource) -> Inquired:
    inquiry.state, inquiry.failure, inquiry.digest, inquiry.signature = heard.state, heard.failure, heard.digest, heard.signature
    inquiry.answered_at = settings.CLOCK()
    if heard.told is not None:
        inquiry.source_time = heard.told.time
        inquiry.answer = {"values": dict(heard.told.values or {}), "source": heard.told.source}
    inquiry.save()
    return _opened(actor, inquiry, row)


def _opened(actor: Actor, inquiry: Inquiry, row: SharedResource) -> Inquired:
    """The inquiry as its asker sees it; an applicant's look at own data, an office's look for the case."""
    at = inquiry.answered_at or inquiry.asked_at
    if inquiry.answer is None:
        return Inquired(
            str(inquiry.public_id),
            row.word,
            inquiry.state,
            row.name,
            at,
            {},
            inquiry.failure,
            f"{row.provider_name}（{row.name}）",
        )
    with transaction.atomic(), purpose(actor, _code(actor), subject=str(inquiry.subject), case=str(inquiry.case)):
        said: dict[str, Any] = inquiry.answer.reveal()
    return Inquired(str(inquiry.public_id), row.word, inquiry.state, said["source"] or row.name, at, said["values"])
