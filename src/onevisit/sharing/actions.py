"""Every write of sharing: resources are loaded, items are allowed to ask, and an inquiry is made.

No inquiry without case, item, datum, subject, purpose and a whitelist row with its basis or consent (SECURITY H16). The row comes
first, the call outside any transaction, then the row's end; so what was asked is known even if the house dies meanwhile.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onevisit.access import Actor, Denied, Duty, Refused, Target, require, who_may
from onevisit.catalogue.packs import Pack
from onevisit.identity import peers
from onevisit.identity import queries as identity
from onevisit.identity.personal import index, purpose
from onevisit.identity.queries import Subject
from onevisit.ledger import suite
from onevisit.ledger.faults import fault
from onevisit.sharing import answers, connectors, queries
from onevisit.sharing.connectors import NewResource, NewSystem, Wish
from onevisit.sharing.models import DepartmentSystem, Inquiry, SharedResource, Whitelist
from onevisit.sharing.queries import Inquired

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
QUOTA = 300
"""Inquiries that one officer may make a day."""
SIGNED = ("x-ov-key", "x-ov-time", "x-ov-digest", "x-ov-signature")


@dataclass(frozen=True)
class Ask:
    """An inquiry: for which case and item, of which resource, about whom. `params` is what the resource needs besides.

    `timeout` is how many seconds the asker can wait; with none left nothing is sent. `department` and `division`: the office at
    which an officer has the case.
    """

    case: str
    item_key: str
    resource: str
    subject: str
    params: Mapping[str, str] = field(default_factory=dict)
    purpose: str = "handle"
    timeout: float = peers.WHOLE
    department: str = ""
    division: str = ""


@transaction.atomic
def load_pack(actor: Actor, pack: Pack) -> None:
    """The pack's resources and departments' systems are there as it describes them; its items may ask what they use."""
    load_resources(actor, connectors.read(pack))
    load_systems(actor, connectors.systems(pack))
    known = {row.word: [each["id"] for each in row.fields] for row in SharedResource.objects.all()}
    wishes = [wish for one in pack.definitions for wish in connectors.wishes(one.standard, known)]
    for item in sorted({one.standard.item.id for one in pack.definitions}):
        allow(actor, item, [wish for wish in wishes if wish.item == item])


@transaction.atomic
def load_resources(actor: Actor, resources: Sequence[NewResource]) -> None:
    """Each resource is there as described; those that are not named stay as they are."""
    require(actor, Duty.GUIDE_PUBLISH, Target(kind="resource"))
    for new in resources:
        described = {**vars(new), "params": list(new.params), "fields": _plain(new.fields), "basis": _plain(new.basis)}
        SharedResource.objects.update_or_create(word=new.word, defaults=described)


@transaction.atomic
def load_systems(actor: Actor, systems: Sequence[NewSystem]) -> None:
    """Each department's system is there as described; those that are not named stay as they are."""
    require(actor, Duty.GUIDE_PUBLISH, Target(kind="resource"))
    for new in systems:
        DepartmentSystem.objects.update_or_create(item=new.item, division=new.division, defaults=vars(new))


@transaction.atomic
def allow(actor: Actor, item: str, wishes: Sequence[Wish]) -> None:
    """The item may ask what it wishes and nothing else from now on; what it no longer wishes is stopped, and stays on record."""
    require(actor, Duty.GUIDE_PUBLISH, Target(kind="resource", item=item))
    now = settings.CLOCK()
    kept = {(row.resource_id, row.datum): row for row in Whitelist.objects.select_for_update().filter(item=item, stopped_at=None)}
    wanted = {}
    for wish in wishes:
        resource = queries.row_of(wish.resource)
        wanted.update({(resource.pk, datum): (resource, _plain(wish.basis) or resource.basis) for datum in wish.data})
    for key, row in kept.items():
        if key not in wanted or (wanted[key][1], wanted[key][0].ground) != (row.basis, row.ground):
            row.stopped_at = now
            row.save(update_fields=["stopped_at"])
        else:
            del wanted[key]
    for (_, datum), (resource, basis) in wanted.items():
        Whitelist.objects.create(resource=resource, item=item, datum=datum, ground=resource.ground, basis=basis, since=now)


def inquire(actor: Actor, ask: Ask) -> Inquired:
    """What the other department says, kept in the case; a fresh answer to the same question is used again.

    Raises Denied without case, purpose or whitelist row; Refused without consent or over the quota.
    """
    resource = queries.row_of(ask.resource)
    rows = _require(actor, ask, resource)
    now = settings.CLOCK()
    if any(not ask.params.get(name) for name in resource.params):
        return Inquired("", Inquiry.State.EMPTY.value, now, failure="params-missing")
    known = _known(actor, ask, resource, rows)
    if known is not None:
        return known
    if ask.timeout <= 0:
        return Inquired("", Inquiry.State.DOWN.value, now, failure="no-time", waiting_for=queries.waited_for(resource))
    subject = _subject(actor, ask)
    if resource.subject not in ("any", "organisation" if subject.number_kind == "uscc" else "person"):
        return Inquired("", Inquiry.State.EMPTY.value, now, failure="other-subject")
    row, question = _asked(actor, ask, rows, subject)
    fault("after_inquiry_before_call")
    try:
        answer = peers.call(resource.peer, "POST", resource.path, json=question, timeout=ask.timeout)
    except peers.PeerDown as why:
        return _failed(row, Inquiry.State.DOWN, why.code)
    except peers.PeerWrong as why:
        return _failed(row, Inquiry.State.WRONG, why.code)
    fault("after_call_before_answer")
    return _taken(row, question, answer)


def _require(actor: Actor, ask: Ask, resource: SharedResource) -> tuple[Whitelist, ...]:
    """The whitelist rows that allow it."""
    duty = Duty.SHARED_SEE if actor.kind == "applicant" else Duty.SHARED_QUERY
    if not (_is_id(ask.case) and _is_id(ask.subject) and ask.purpose):
        raise Denied(duty, who_may(duty))
    require(actor, duty, Target("case", ask.case, ask.division, ask.department, owner=ask.subject, item=ask.item_key))
    rows = queries.allowed(ask.item_key, resource)
    if not rows:
        raise Denied(duty, who_may(duty))
    today = settings.CLOCK().replace(hour=0, minute=0, second=0, microsecond=0)
    if actor.kind == "officer" and Inquiry.objects.filter(asked_by=actor.id, asked_at__gte=today).count() >= QUOTA:
        raise Refused("quota", "您今天查询的次数已经到上限。", "请明天再查，或者联系管理员。")
    return rows


def _consents(ask: Ask, rows: Sequence[Whitelist]) -> list[str]:
    """The consents in force for what needs one; raises Refused if one is missing."""
    found = []
    for row in rows:
        if row.ground == Whitelist.Ground.DUTY:
            continue
        datum = f"{row.resource.word}.{row.datum}"
        consent = identity.consent_in_force(ask.subject, ask.item_key, datum)
        if consent is None or (row.ground == Whitelist.Ground.SEPARATE and not consent.separate):
            raise Refused("no-consent", f"查询“{row.resource.name}”要先经本人同意。", "不同意也可以自己提交材料。")
        found.append(consent.id)
    return found


def _known(actor: Actor, ask: Ask, resource: SharedResource, rows: Sequence[Whitelist]) -> Inquired | None:
    """The fresh answer to the same question in the same case, if there is one."""
    since = settings.CLOCK() - timedelta(seconds=resource.freshness)
    row = (
        Inquiry.objects.select_related("resource")
        .filter(case=ask.case, resource=resource, subject=ask.subject, params_index=_index(ask), state=Inquiry.State.ANSWERED)
        .filter(answered_at__gte=since, data=[one.datum for one in rows])
        .order_by("-answered_at", "-pk")
        .first()
    )
    if row is None:
        return None
    with transaction.atomic(), purpose(actor, _code(actor, ask), subject=ask.subject, case=ask.case):
        return queries.inquired(row, queries.values_of(row))


def _code(actor: Actor, ask: Ask) -> str:
    """The purpose of opening: an applicant asks about himself; anybody else handles the case."""
    return "own" if actor.kind == "applicant" else ask.purpose


@transaction.atomic
def _subject(actor: Actor, ask: Ask) -> Subject:
    with purpose(actor, _code(actor, ask), subject=ask.subject, case=ask.case):
        return identity.applicant_for_sharing(ask.subject)


@transaction.atomic(durable=True)
def _asked(actor: Actor, ask: Ask, rows: Sequence[Whitelist], subject: Subject) -> tuple[Inquiry, dict[str, Any]]:
    """The row, before anything is sent, and the question."""
    resource, consents = rows[0].resource, _consents(ask, rows)
    basis = list({json.dumps(each, sort_keys=True): each for row in rows for each in row.basis}.values())
    data = [row.datum for row in rows]
    row = Inquiry.objects.create(
        owner_key=ask.case, case=ask.case, item=ask.item_key, resource=resource, subject=ask.subject, data=data,
        purpose=ask.purpose, basis=basis, consents=consents, params_index=_index(ask), question=dict(ask.params),
        asked_by=actor.id, via=actor.via, asked_at=settings.CLOCK(), tries=_tries(ask, resource) + 1,
    )  # fmt: skip
    why = "；".join(f"{each.get('law', '')}{each.get('article', '')}" for each in basis) or "本人同意"
    return row, {
        "case": ask.case, "item": ask.item_key, "purpose": ask.purpose, "basis": why, "data": data,
        "subject": {"number": subject.number}, "params": {name: ask.params[name] for name in resource.params},
    }  # fmt: skip


def _tries(ask: Ask, resource: SharedResource) -> int:
    """How often the same question failed since it was last answered."""
    last = Inquiry.objects.filter(case=ask.case, resource=resource, params_index=_index(ask)).order_by("-pk").first()
    ended = last is None or last.state in (Inquiry.State.ANSWERED, Inquiry.State.EMPTY)
    return 0 if last is None or ended else last.tries


def _taken(row: Inquiry, question: Mapping[str, Any], got: peers.PeerAnswer) -> Inquired:
    """The answer, if it may be used, is in the row."""
    resource = row.resource
    check = question["params"] if resource.mode == SharedResource.Mode.VERIFY else None
    asked = answers.Asked(
        resource.word,
        question["subject"]["number"],
        tuple(row.data),
        resource.fields,
        timedelta(seconds=resource.freshness),
        check,
    )
    try:
        if got.status != 200:
            raise answers.Wrong(f"status-{got.status}")
        answer = answers.read(got.json, asked, settings.REAL_CLOCK())
    except answers.Wrong as why:
        return _failed(row, Inquiry.State.WRONG, why.code)
    return _answered(row, answer, got)


@transaction.atomic
def _answered(row: Inquiry, answer: answers.Answer, got: peers.PeerAnswer) -> Inquired:
    salt = secrets.token_bytes(16)
    row.state = Inquiry.State.EMPTY if answer.values is None else Inquiry.State.ANSWERED
    row.answer = {"salt": salt.hex(), "body": got.bytes.decode()}
    row.digest = suite.digest(salt + got.bytes)
    row.answered_at, row.source, row.source_time = settings.CLOCK(), answer.source[:200], answer.at
    row.signature = {name: got.headers[name] for name in SIGNED if name in got.headers}
    row.save()
    return queries.inquired(row, answer.values)


@transaction.atomic
def _failed(row: Inquiry, state: str, code: str) -> Inquired:
    """No usable answer: who is waited for, and when to try again."""
    pause = min(FIRST_PAUSE * 2 ** min(row.tries - 1, 12), LONGEST_PAUSE)
    row.state, row.failure, row.answered_at = state, code[:40], settings.CLOCK()
    row.next_try_at = settings.REAL_CLOCK() + pause
    row.save()
    return queries.inquired(row)


def _index(ask: Ask) -> bytes:
    """The same for the same params, useless without the key."""
    return index("inquiry.params", json.dumps(dict(ask.params), sort_keys=True, ensure_ascii=False))


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _plain(rows: Any) -> Any:
    """JSON values, without the types of a YAML reader."""
    return json.loads(json.dumps(rows, ensure_ascii=False, default=dict))
