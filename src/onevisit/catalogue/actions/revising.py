"""The life of a standard (规程的修订): written by one, reviewed and published by another, taken back with one press.

A case stays on the version that it was filed under. What is decided must be public within a working day (DEFINITION section 1).
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Refused
from onevisit.catalogue import guarding, packs, queries, revisions
from onevisit.catalogue.actions.publishing import Source, put_in_force
from onevisit.catalogue.models import BaseItem, Revision, RevisionFile, Standard
from onevisit.catalogue.packs import Definition
from onevisit.catalogue.revisions import RevisionView
from onevisit.city.models import Division
from onevisit.core import reading
from onevisit.core.definition import Standard as Written
from onevisit.core.offers import Register
from onevisit.ledger import actions as ledger
from onevisit.ledger import jobs
from onevisit.ledger.actions import Entry

TAKE_EFFECT = "onevisit.catalogue.jobs.take_effect"
LARGEST = 400_000
"""Characters of one definition; the largest of our packs has a tenth of it."""
State = Revision.State


class Overtaken(Refused):
    """Somebody else saved in between; nothing was overwritten."""

    def __init__(self, saved: int) -> None:
        super().__init__("stale", "别人刚才也改了这份修订稿，这次没有覆盖。", "请刷新看看改了什么，再把您的改动写上去。")
        self.saved = saved


@transaction.atomic
def begin(actor: Actor, key: str, level: str) -> RevisionView:
    """The open change of this standard, begun from what is in force if there is none; a new one from the base item."""
    base = BaseItem.objects.select_for_update(of=("self",)).select_related("department").filter(key=key).first()
    if base is None or level not in Division.Level.values:
        raise Hidden(f"standard {key} {level}")
    access.require(actor, Duty.GUIDE_DRAFT, revisions.target(base))
    kept = revisions.open_revision(key, level)
    if kept:
        return kept
    origin = Standard.objects.filter(base_item=base, level=level, state=Standard.State.PUBLISHED).first()
    document = json.loads(origin.definition) if origin else revisions.skeleton(base, level)
    row = Revision.objects.create(
        stream=ledger.open_stream("revision"), base_item=base, level=level, origin=origin,
        content=json.dumps(document, ensure_ascii=False), changed_at=settings.CLOCK(),
    )  # fmt: skip
    ledger.append(row.stream, actor, [Entry("revision.begun", {"item": key, "level": level})])
    return revisions.view(row)


@transaction.atomic
def write(actor: Actor, revision_id: str, content: Mapping[str, Any], saved: int | None = None) -> RevisionView:
    """What was written is kept as it is, right or wrong (自动保存); which item it is and at which level can't be changed here.

    Raises `Overtaken` if somebody saved since `saved`, `Refused` where the applicant is to bring what the city can get.
    """
    row = _locked(revision_id)
    access.require(actor, Duty.GUIDE_DRAFT, revisions.target(row.base_item))
    _in(row, State.DRAFT)
    if saved is not None and saved != row.saved:
        raise Overtaken(row.saved)
    before = json.loads(row.content)
    text = json.dumps({**content, **{name: before[name] for name in ("format", "item", "level")}}, ensure_ascii=False)
    if len(text) > LARGEST:
        raise Refused("too-long", "内容太长，没有保存。", "请删去重复的内容，长的说明放到空白表和样本里。")
    if text != row.content:
        _nothing_needless(text, row.content)
        row.content, row.saved, row.changed_at = text, row.saved + 1, settings.CLOCK()
        _signed(row, actor)
        row.save(update_fields=["content", "saved", "changed_at", "writers"])
    return revisions.view(row)


@transaction.atomic
def attach(actor: Actor, revision_id: str, name: str, content: bytes) -> RevisionView:
    """The blank form or sample is part of the change, under the name by which the definition calls it."""
    row = _locked(revision_id)
    access.require(actor, Duty.GUIDE_DRAFT, revisions.target(row.base_item))
    _in(row, State.DRAFT)
    if len(content) > packs.SIZE:
        raise Refused("too-large", f"文件超过{packs.SIZE // 1_000_000} MB。", "请缩小后再传。")
    RevisionFile.objects.update_or_create(revision=row, name=name, defaults={"content": content})
    row.saved, row.changed_at = row.saved + 1, settings.CLOCK()
    _signed(row, actor)
    row.save(update_fields=["saved", "changed_at", "writers"])
    return revisions.view(row)


@transaction.atomic
def submit(actor: Actor, revision_id: str, note: str) -> RevisionView:
    """The change goes to a reviewer (送审), with why it is made. Raises `Refused` while lint finds an error in it."""
    row = _locked(revision_id)
    access.require(actor, Duty.GUIDE_DRAFT, revisions.target(row.base_item))
    _in(row, State.DRAFT)
    if not note.strip():
        raise Refused("no-note", "请写明为什么改。", "审核的人和以后的人都要看。")
    _sound(row)
    row.note, row.remark = note.strip()[:500], ""
    _signed(row, actor)
    _move(actor, row, State.REVIEW, "revision.submitted")
    return revisions.view(row)


@transaction.atomic
def send_back(actor: Actor, revision_id: str, remark: str) -> RevisionView:
    """The change goes back to be written on (退回修改), by a reviewer, or by who wrote it; what was decided is called off."""
    row = _locked(revision_id)
    on = revisions.target(row.base_item)
    if not access.may(actor, Duty.GUIDE_DRAFT, on):
        access.require(actor, Duty.GUIDE_PUBLISH, on)
    _in(row, State.REVIEW, State.DECIDED)
    if not remark.strip():
        raise Refused("no-remark", "请写明要改什么。", "编写的人照着改。")
    row.remark, row.decided_by, row.decided_at, row.effective_at = remark.strip()[:500], "", None, None
    _move(actor, row, State.DRAFT, "revision.returned")
    return revisions.view(row)


@transaction.atomic
def drop(actor: Actor, revision_id: str) -> RevisionView:
    """The change is given up (放弃); it stays readable in the history."""
    row = _locked(revision_id)
    access.require(actor, Duty.GUIDE_DRAFT, revisions.target(row.base_item))
    _in(row, State.DRAFT)
    _move(actor, row, State.DROPPED, "revision.dropped")
    return revisions.view(row)


@transaction.atomic
def publish(actor: Actor, revision_id: str, effective_at: datetime | None = None) -> RevisionView:
    """The change is decided by another person, and public at once or at `effective_at`, at most a working day later."""
    row = _locked(revision_id)
    access.require(actor, Duty.GUIDE_PUBLISH, revisions.target(row.base_item, row.writers))
    _in(row, State.REVIEW)
    _fresh(row)
    _sound(row)
    now = settings.CLOCK()
    if effective_at and effective_at > revisions.latest(now):
        until = revisions.latest(now).astimezone(settings.ZONE)
        raise Refused(
            "too-late",
            f"决定后一个工作日以内必须公布，最晚到{until:%Y年%-m月%-d日%H:%M}。",
            "请改早一些；要更晚才施行的，到时候再决定。",
        )
    row.decided_by, row.decided_at, row.effective_at = actor.id, now, max(effective_at or now, now)
    if row.effective_at > now:
        _move(actor, row, State.DECIDED, "revision.decided")
        jobs.defer(TAKE_EFFECT, at=row.effective_at, revision=str(row.public_id))
    else:
        _in_force(actor, row)
    return revisions.view(row)


@transaction.atomic
def take_effect(actor: Actor, revision_id: str) -> bool:
    """Whether a decided change whose moment has come is in force now; one that no longer holds goes back, and says why."""
    row = _locked(revision_id)
    access.require(actor, Duty.GUIDE_PUBLISH, revisions.target(row.base_item, row.writers))
    if row.state != State.DECIDED or row.effective_at is None or row.effective_at > settings.CLOCK():
        return False
    try:
        with transaction.atomic():
            _fresh(row)
            _sound(row)
            _in_force(actor, row)
    except Refused as why:
        row.remark, row.decided_by, row.decided_at, row.effective_at = f"到时没有公布：{why.message}"[:500], "", None, None
        _move(actor, row, State.DRAFT, "revision.returned")
        return False
    return True


@transaction.atomic
def revert(actor: Actor, key: str, level: str) -> Standard:
    """What was in force before is in force again (撤回), as a version of its own; not by those who wrote what is taken back."""
    found = revisions.history(key, level)
    current = next((one for one in found if one.state == Standard.State.PUBLISHED), None)
    if current is None:
        raise Hidden(f"standard {key} {level}")
    Standard.objects.select_for_update().get(pk=current.pk)
    made = Revision.objects.filter(published=current).first()
    access.require(actor, Duty.GUIDE_REVERT, revisions.target(current.base_item, made.writers if made else ()))
    before = next((one for one in found if one.version < current.version and one.content_hash != current.content_hash), None)
    if before is None:
        raise Refused("no-version", "这是第一版，没有可以恢复的上一版。", "要改请起草一份修订稿。")
    files = {one.name: bytes(one.content) for one in before.files.all()}
    _lawful(key, level, before.definition)
    written = Definition("", before.text, packs.definition(before.definition), files)
    published = put_in_force(actor, written, settings.CLOCK(), Source())
    row = Standard.objects.get(pk=published.standard_id)
    facts = {"item": key, "level": level, "from": current.version, "to": before.version, "version": row.version}
    ledger.append(row.stream, actor, [Entry("standard.reverted", facts)])
    return row


def _locked(revision_id: str) -> Revision:
    rows = Revision.objects.select_for_update(of=("self",)).select_related("base_item__department", "origin", "stream")
    row = rows.filter(public_id=revision_id).first()
    if row is None:
        raise Hidden(f"revision {revision_id}")
    return row


def _nothing_needless(text: str, before: str) -> None:
    """Raises `Refused` if the applicant is newly asked for what the city can get (国务院令第716号 art. 7)."""
    register = queries.register()
    old, new = (_needless(one, register) for one in (before, text))
    fresh = [words for path, words in new.items() if path not in old]
    if fresh:
        raise Refused("provided", "".join(fresh), "请把来源改成数据共享或者电子证照，其他内容不变。")


def _needless(text: str, register: Register) -> dict[str, str]:
    document = reading.read(text).document
    return {one.path: one.message for one in guarding.provided(document, register)} if isinstance(document, Written) else {}


def _in(row: Revision, *states: State) -> None:
    """Raises `Refused` unless the change is in one of the states."""
    if row.state not in states:
        raise Refused("state", f"这份修订稿现在是“{row.get_state_display()}”。", "请刷新页面，看看是谁在什么时候办的。")


def _signed(row: Revision, actor: Actor) -> None:
    if actor.id not in row.writers:
        row.writers = [*row.writers, actor.id]


def _move(actor: Actor, row: Revision, state: State, kind: str) -> None:
    row.state = state
    row.save()
    ledger.append(row.stream, actor, [Entry(kind, {"item": row.base_item.key, "level": row.level, "saved": row.saved})])


def _sound(row: Revision) -> Written:
    """What the change says, if lint finds no error in it."""
    return _lawful(row.base_item.key, row.level, row.content)


def _lawful(key: str, level: str, content: str) -> Written:
    checked = revisions.check(key, level, content)
    if checked.errors or checked.standard is None:
        said = "\n".join(f"{one.code} {one.message}" for one in checked.errors[:10])
        raise Refused("lint", f"还有{len(checked.errors)}处错误：\n{said}", "\n改好以后再送审、公布。")
    return checked.standard


def _fresh(row: Revision) -> None:
    """Raises `Refused` if another version has come into force since the change was begun."""
    current = Standard.objects.filter(base_item=row.base_item, level=row.level, state=Standard.State.PUBLISHED).first()
    if (current.pk if current else None) != row.origin_id:
        raise Refused("overtaken", "起草以后已经公布了别的版本。", "请退回，对照在用的版本改好再送审。")


def _in_force(actor: Actor, row: Revision) -> None:
    standard = _sound(row)
    kept = revisions.view(row).files
    lacking = [name for name in packs.named_files(standard) if name not in kept]
    if lacking:
        raise Refused("no-file", f"写到的空白表、样本还没有上传：{'、'.join(lacking)}。", "请上传，或者删去文件名。")
    files = {name: kept[name] for name in packs.named_files(standard)}
    text = json.dumps(json.loads(row.content), ensure_ascii=False, indent=1)
    written = Definition("", text, standard, files)
    published = put_in_force(actor, written, row.decided_at or settings.CLOCK(), Source())
    if not published.changed:
        raise Refused("same", "与在用的版本完全一样，不用公布。", "请放弃这份修订稿。")
    row.published_id = published.standard_id
    _move(actor, row, State.PUBLISHED, "revision.published")
