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
from onevisit.catalogue.documents.forms import readable
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
MOST_FILES = 50
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
    origin = _current(base, level)
    document = (
        revisions.headed(json.loads(origin.definition), base, revisions.wishes(base))
        if origin
        else revisions.skeleton(base, level)
    )
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
    _seen(row, saved)
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
    why = readable(name, content)
    if why:
        raise Refused("no-form", why, "请改好文件再上传。")
    if not row.files.filter(name=name).exists() and row.files.count() >= MOST_FILES:
        raise Refused("too-many", f"一份修订稿最多{MOST_FILES}个文件。", "请删去用不着的。")
    RevisionFile.objects.update_or_create(revision=row, name=name, defaults={"content": content})
    row.saved, row.changed_at = row.saved + 1, settings.CLOCK()
    _signed(row, actor)
    row.save(update_fields=["saved", "changed_at", "writers"])
    return revisions.view(row)


@transaction.atomic
def submit(actor: Actor, revision_id: str, note: str, saved: int | None = None) -> RevisionView:
    """The change goes to a reviewer (送审), with why it is made. Raises `Refused` while lint finds an error in it."""
    row = _locked(revision_id)
    access.require(actor, Duty.GUIDE_DRAFT, revisions.target(row.base_item))
    _in(row, State.DRAFT)
    _seen(row, saved)
    if not note.strip():
        raise Refused("no-note", "请写明为什么改。", "审核的人和以后的人都要看。")
    _fresh(row)
    _ready(row)
    row.note, row.remark, row.saved = note.strip()[:500], "", row.saved + 1
    _signed(row, actor)
    _move(actor, row, State.REVIEW, "revision.submitted")
    return revisions.view(row)


@transaction.atomic
def send_back(actor: Actor, revision_id: str, remark: str) -> RevisionView:
    """The change goes back to be written on (退回修改), by a reviewer, or by who wrote it; what was decided is called off."""
    row = _locked(revision_id)
    on = revisions.target(row.base_item)
    if actor.id not in row.writers or not access.may(actor, Duty.GUIDE_DRAFT, on):
        access.require(actor, Duty.GUIDE_PUBLISH, on)
    _in(row, State.REVIEW, State.DECIDED)
    if not remark.strip():
        raise Refused("no-remark", "请写明要改什么。", "编写的人照着改。")
    _undecided(row, remark)
    _move(actor, row, State.DRAFT, "revision.returned")
    return revisions.view(row)


@transaction.atomic
def catch_up(actor: Actor, revision_id: str) -> RevisionView:
    """A change that another version has overtaken is compared with that version from now on; its text stays as it is."""
    row = _locked(revision_id)
    access.require(actor, Duty.GUIDE_DRAFT, revisions.target(row.base_item))
    _in(row, State.DRAFT)
    row.origin = _current(row.base_item, row.level)
    document = revisions.headed(json.loads(row.content), row.base_item, revisions.wishes(row.base_item))
    row.content, row.saved = json.dumps(document, ensure_ascii=False), row.saved + 1
    row.save(update_fields=["origin", "content", "saved"])
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
def publish(actor: Actor, revision_id: str, effective_at: datetime | None = None, saved: int | None = None) -> RevisionView:
    """The change is decided by another person, and public at once or at `effective_at`, at most a working day later.

    `saved` is the count of what was read; raises `Overtaken` if it was written on since.
    """
    row = _locked(revision_id, alone=True)
    access.require(actor, Duty.GUIDE_PUBLISH, revisions.target(row.base_item, row.writers))
    _in(row, State.REVIEW)
    _seen(row, saved)
    _fresh(row)
    _ready(row)
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
    row = _locked(revision_id, alone=True)
    access.require(actor, Duty.GUIDE_PUBLISH, revisions.target(row.base_item, row.writers))
    if row.state != State.DECIDED or row.effective_at is None or row.effective_at > settings.CLOCK():
        return False
    try:
        with transaction.atomic():
            _fresh(row)
            _in_force(actor, row)
    except Refused as why:
        _undecided(row, f"到时没有公布：{why.message}")
        _move(actor, row, State.DRAFT, "revision.returned")
        return False
    return True


@transaction.atomic
def revert(actor: Actor, key: str, level: str) -> Standard:
    """What was in force before is in force again (撤回), as a version of its own.

    Not by those who wrote what is taken back, nor by those who wrote what comes back.
    """
    base = BaseItem.objects.select_for_update().filter(key=key).first()
    found = revisions.history(key, level)
    current = next((one for one in found if one.state == Standard.State.PUBLISHED), None)
    if base is None or current is None:
        raise Hidden(f"standard {key} {level}")
    before = next((one for one in found if one.version < current.version and one.content_hash != current.content_hash), None)
    concerned = {one.content_hash for one in (current, before) if one}
    written = Revision.objects.filter(base_item=base, level=level, published__content_hash__in=concerned)
    access.require(actor, Duty.GUIDE_REVERT, revisions.target(base, [one for row in written for one in row.writers]))
    if before is None:
        raise Refused("no-version", "这是第一版，没有可以恢复的上一版。", "要改请起草一份修订稿。")
    files = {one.name: bytes(one.content) for one in before.files.all()}
    document = json.dumps(revisions.headed(json.loads(before.definition), base), ensure_ascii=False)
    again = Definition("", document, _lawful(key, level, document), files)
    published = put_in_force(actor, again, settings.CLOCK(), Source())
    row = Standard.objects.get(pk=published.standard_id)
    facts = {"item": key, "level": level, "from": current.version, "to": before.version, "version": row.version}
    ledger.append(row.stream, actor, [Entry("standard.reverted", facts)])
    return row


def _current(base: BaseItem, level: str) -> Standard | None:
    return Standard.objects.filter(base_item=base, level=level, state=Standard.State.PUBLISHED).first()


def _locked(revision_id: str, *, alone: bool = False) -> Revision:
    """The change, nobody else's until the commit; `alone`: nor is its item, so that one version after another comes in force."""
    rows = Revision.objects.select_for_update(of=("self",)).select_related("base_item__department", "origin", "stream")
    row = rows.filter(public_id=revision_id).first()
    if row is None:
        raise Hidden(f"revision {revision_id}")
    if alone:
        BaseItem.objects.select_for_update().get(pk=row.base_item_id)
    return row


def _seen(row: Revision, saved: int | None) -> None:
    """Raises `Overtaken` if somebody saved since `saved` was read."""
    if saved is not None and saved != row.saved:
        raise Overtaken(row.saved)


def _undecided(row: Revision, remark: str) -> None:
    """The change is written on again, beside what is in force now."""
    row.remark, row.decided_by, row.decided_at, row.effective_at = remark.strip()[:500], "", None, None


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


def _lawful(key: str, level: str, content: str) -> Written:
    checked = revisions.check(key, level, content)
    if checked.errors or checked.standard is None:
        said = "\n".join(f"{one.code} {one.message}" for one in checked.errors[:10])
        raise Refused("lint", f"还有{len(checked.errors)}处错误：\n{said}", "\n改好以后再送审、公布。")
    return checked.standard


def _fresh(row: Revision) -> None:
    """Raises `Refused` if another version has come into force since the change was begun."""
    current = _current(row.base_item, row.level)
    if (current.pk if current else None) != row.origin_id:
        raise Refused("overtaken", "起草以后已经公布了别的版本。", "请按“对照新的版本”，看过不同再送审。")


def _ready(row: Revision) -> Definition:
    """What would be in force; raises `Refused` while it has an error, names files that are not there, or changes nothing."""
    standard = _lawful(row.base_item.key, row.level, row.content)
    kept = revisions.view(row).files
    lacking = [name for name in packs.named_files(standard) if name not in kept]
    if lacking:
        raise Refused("no-file", f"写到的空白表、样本还没有上传：{'、'.join(lacking)}。", "请上传，或者删去文件名。")
    files = {name: kept[name] for name in packs.named_files(standard)}
    text = json.dumps(json.loads(row.content), ensure_ascii=False, indent=1)
    ready = Definition("", text, standard, files)
    if row.origin and row.origin.content_hash == ready.content_hash:
        raise Refused("same", "与在用的版本完全一样，不用公布。", "请放弃这份修订稿。")
    return ready


def _in_force(actor: Actor, row: Revision) -> None:
    published = put_in_force(actor, _ready(row), row.decided_at or settings.CLOCK(), Source())
    row.published_id = published.standard_id
    _move(actor, row, State.PUBLISHED, "revision.published")
