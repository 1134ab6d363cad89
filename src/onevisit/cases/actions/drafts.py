"""A draft (草稿): begun once per applicant and item, saved at every page, with files for its papers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import queries
from onevisit.cases.actions.beats import lock, still_draft
from onevisit.cases.models import Attachment, Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import situations, values
from onevisit.core.definition import Standard
from onevisit.identity.personal import purpose
from onevisit.ledger import actions as ledger
from onevisit.papers.models import StoredFile


class Stale(Refused):
    """Somebody saved in between: both texts are shown."""

    def __init__(self, current: int) -> None:
        super().__init__("stale", "这份草稿在别处改过了，这次没有覆盖它。", "请核对两边的内容后再保存。")
        self.current = current


@transaction.atomic
def start(actor: Actor, item_key: str, division: str, answers: Mapping[str, str]) -> queries.CaseView:
    """The open draft of this applicant for this item, made if there is none (开始办 = 继续办)."""
    owner = queries.owner(actor)
    access.require(actor, Duty.CASE_DRAFT, access.Target("case", owner=owner, division=division))
    item = catalogue.item(item_key, division)
    draft = Case.objects.filter(applicant=owner, item_key=item.key, division=division, stage="draft").first()
    if draft:
        return queries.view(draft)
    now = settings.CLOCK()
    draft = Case(
        stream=ledger.open_stream("case"),
        standard_id=item.standard_id,
        item_key=item.key,
        item_code=item.code,
        item_name=item.name,
        division=division,
        department=item.department_id,
        office_name=item.office_name,
        applicant=UUID(owner),
        applicant_kind="organisation" if actor.organisation else "person",
        filed_by=actor.id,
        created_at=now,
        updated_at=now,
    )
    draft.owner_key = draft.public_id
    draft.data = {"answers": situations.narrow(item.definition, answers), "values": {}}
    draft.save()
    return queries.view(draft)


@transaction.atomic
def save(actor: Actor, case_id: str, typed: Mapping[str, Any], version: int | None = None) -> int:
    """The draft's new version, with what was typed kept as it is, right or wrong; checked when it is filed (自动保存).

    `typed` maps a question as `?id` and a field as its id. Raises `Stale` if another page saved since `version`.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_DRAFT, queries.target(row))
    row = lock(row)
    still_draft(row)
    if version is not None and version != row.version:
        raise Stale(row.version)
    standard = catalogue.standard(row.standard_id)
    with purpose(actor, "own", subject=str(row.applicant), case=case_id):
        data = row.data.reveal()
    row.data = _with_typed(standard, data, typed)
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
def put_fetched(actor: Actor, case_id: str, fetched: Mapping[str, Mapping[str, Any]]) -> None:
    """The case's values with what was fetched, each with source and time. Values of the applicant's own hand stay."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_DRAFT if row.stage == "draft" else Duty.SHARED_QUERY, queries.target(row))
    row = lock(row)
    with purpose(actor, "handle", subject=str(row.applicant), case=case_id):
        data = row.data.reveal()
    row.data = {**data, "values": {**data["values"], **fetched}}
    row.updated_at = settings.CLOCK()
    row.save(update_fields=["data", "updated_at"])


@transaction.atomic
def attach(actor: Actor, case_id: str, material: str, file_id: str, name: str) -> Attachment:
    """The file, handed in for the material. Its content was inspected and stored by `papers`."""
    row = queries.row(case_id)
    access.require(actor, Duty.FILE_ADD, queries.target(row))
    row = lock(row)
    still_draft(row)
    if material not in {m.id for m in catalogue.standard(row.standard_id).materials}:
        raise Refused("unknown-material", "这个事项没有这份材料。", "请从材料清单里选。")
    file = StoredFile.objects.get(public_id=file_id)
    attachment = Attachment(case=row, owner_key=row.public_id, material=material, file=file, added_at=settings.CLOCK())
    attachment.name = name
    attachment.save()
    return attachment


@transaction.atomic
def detach(actor: Actor, case_id: str, attachment_id: str) -> None:
    """The file is taken back; possible before filing."""
    row = queries.row(case_id)
    access.require(actor, Duty.FILE_ADD, queries.target(row))
    row = lock(row)
    still_draft(row)
    row.attachments.filter(public_id=attachment_id, removed_at=None).update(removed_at=settings.CLOCK())
