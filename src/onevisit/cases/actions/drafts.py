"""A draft (草稿): begun once per applicant and item, saved at every page, with files for its papers."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Refused
from onevisit.cases import queries
from onevisit.cases.actions.accepting import opened
from onevisit.cases.actions.beats import lock, still_draft
from onevisit.cases.actions.objections import objected
from onevisit.cases.models import Attachment, Case
from onevisit.catalogue import queries as catalogue
from onevisit.catalogue.queries import ItemView
from onevisit.core import situations, stages, values
from onevisit.core.definition import Standard
from onevisit.identity.personal import purpose
from onevisit.ledger import actions as ledger
from onevisit.papers.models import StoredFile

MOST_FILES, MOST_BYTES = 50, 200_000_000
"""What may be handed in for one case."""


class Stale(Refused):
    """Somebody saved in between: both texts are shown."""

    def __init__(self, current: int) -> None:
        super().__init__("stale", "这份草稿在别处改过了，这次没有覆盖它。", "请核对两边的内容后再保存。")
        self.current = current


def start(actor: Actor, item_key: str, division: str, answers: Mapping[str, str]) -> queries.CaseView:
    """The open draft of this applicant for this item, made if there is none (开始办 = 继续办); two tabs at once get one."""
    owner = queries.owner(actor)
    access.require(actor, Duty.CASE_DRAFT, access.Target("case", owner=owner, division=division))
    item = catalogue.item(item_key, division)
    kind = "organisation" if owner == actor.organisation else "person"
    suited(item, kind)
    try:
        with transaction.atomic():
            return queries.view(open_draft(owner, item) or made(actor, item, owner, kind, answers))
    except IntegrityError:
        begun = open_draft(owner, item)
        if begun is None:
            raise
        return queries.view(begun)


def suited(item: ItemView, kind: str) -> None:
    """Nothing, if such an applicant (person, organisation) may apply; else Refused."""
    if kind not in item.definition.audience:
        whom = {"person": "个人", "organisation": "单位"}[item.definition.audience[0]]
        raise Refused("audience", f"“{item.name}”只由{whom}申请。", f"请以{whom}的名义办。")


def open_draft(owner: str, item: ItemView) -> Case | None:
    """The draft that this applicant has open for the item."""
    return Case.objects.filter(applicant=owner, item_key=item.key, division=item.division_code, stage="draft").first()


def made(actor: Actor, item: ItemView, owner: str, kind: str, answers: Mapping[str, str]) -> Case:
    """A new draft of this applicant."""
    now = settings.CLOCK()
    draft = Case(
        stream=ledger.open_stream("case"),
        standard_id=item.standard_id,
        item_key=item.key,
        item_code=item.code,
        item_name=item.name,
        division=item.division_code,
        department=item.department_id,
        office_name=item.office_name,
        offer=item.pinned,
        applicant=UUID(owner),
        applicant_kind=kind,
        filed_by=actor.id,
        created_at=now,
        updated_at=now,
    )
    draft.owner_key = draft.public_id
    draft.data = {"answers": situations.narrow(item.definition, answers), "values": {}}
    draft.save()
    return draft


@transaction.atomic
def save(actor: Actor, case_id: str, typed: Mapping[str, Any], version: int | None = None) -> int:
    """The draft's new version, with what was typed kept as it is, right or wrong; checked when it is filed (自动保存).

    At a window its clerk types for the applicant who stands there.

    `typed` maps a question as `?id` and a field as its id. Raises `Stale` if another page saved since `version`.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_CREATE if actor.kind == "officer" else Duty.CASE_DRAFT, queries.target(row, actor))
    row = lock(row)
    still_draft(row)
    if version is not None and version != row.version:
        raise Stale(row.version)
    standard = catalogue.standard(row.standard_id)
    row.data = _with_typed(standard, opened(row, actor), typed)
    row.version += 1
    row.updated_at = settings.CLOCK()
    row.save(update_fields=["data", "version", "updated_at"])
    return row.version


def _with_typed(standard: Standard, data: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The draft's data with the typed answers and values; a fetched value is never overwritten by typing."""
    answers = {**data["answers"], **{key[1:]: value for key, value in typed.items() if key.startswith("?")}}
    known = {f.id: f for f in standard.form}
    kept = dict(data["values"])
    now = settings.CLOCK().isoformat(timespec="seconds")
    for name, value in typed.items():
        if name in known and values.is_typed(known[name]):
            kept[name] = {"value": value, "source": known[name].source, "at": now}
    return {**data, "answers": situations.narrow(standard, answers), "values": kept}


@transaction.atomic
def put_fetched(actor: Actor, case_id: str, fetched: Mapping[str, Mapping[str, Any]], gone: Collection[str] = ()) -> None:
    """The case's values with what was fetched, each with source and time, without what is `gone`. What people settled stays."""
    row = queries.row(case_id)
    own = row.stage == "draft" and actor.kind != "officer"
    access.require(actor, Duty.CASE_DRAFT if own else Duty.SHARED_QUERY, queries.target(row, actor))
    row = lock(row)
    if row.stage in stages.ENDS:
        return
    with purpose(actor, "handle", subject=str(row.applicant), case=case_id):
        data = row.data.reveal()
    settled = {name: value for name, value in data["values"].items() if value.get("settled")}
    kept = {name: value for name, value in data["values"].items() if name not in gone}
    row.data = {**data, "values": {**kept, **objected(data["values"], fetched), **settled}}
    row.updated_at = settings.CLOCK()
    row.save(update_fields=["data", "updated_at"])


@transaction.atomic
def attach(actor: Actor, case_id: str, material: str, file_id: str, name: str) -> Attachment:
    """The file, handed in for the material, while it may be: as a draft, asked for or owed. `papers` has looked into it."""
    row = queries.row(case_id)
    access.require(actor, Duty.FILE_ADD, queries.target(row, actor))
    row = lock(row)
    asked = row.defects.filter(target=f"material:{material}", mended_at=None).exists()
    if not asked and not row.owed.filter(material=material, supplied_at=None).exists():
        still_draft(row)
    if material not in {m.id for m in catalogue.standard(row.standard_id).materials}:
        raise Refused("unknown-material", "这个事项没有这份材料。", "请从材料清单里选。")
    file = StoredFile.objects.only("pk", "size").filter(public_id=file_id).first()
    if file is None:
        raise Hidden(f"file {file_id}")
    _not_too_much(row, file.size)
    attachment = Attachment(case=row, owner_key=row.public_id, material=material, file=file, added_at=settings.CLOCK())
    attachment.name = name
    attachment.save()
    return attachment


def _not_too_much(row: Case, size: int) -> None:
    held = row.attachments.filter(removed_at=None)
    if held.count() >= MOST_FILES or (held.aggregate(sum=Sum("file__size"))["sum"] or 0) + size > MOST_BYTES:
        raise Refused(
            "too-much",
            f"一件事最多{MOST_FILES}个文件、{MOST_BYTES // 1_000_000} MB。",
            "请把同一份材料合成一个文件，或者删去用不着的。",
        )


@transaction.atomic
def detach(actor: Actor, case_id: str, attachment_id: str) -> None:
    """The file is taken back; possible before filing."""
    row = queries.row(case_id)
    access.require(actor, Duty.FILE_ADD, queries.target(row, actor))
    row = lock(row)
    still_draft(row)
    row.attachments.filter(public_id=attachment_id, removed_at=None).update(removed_at=settings.CLOCK())
