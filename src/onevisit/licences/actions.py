"""Every write to the library of licences. An issue gives number and data; the file follows by `jobs`, or at first download.

Order of locks: decision (by its unique constraint), series, licence, stream.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from stdnum.iso7064 import mod_37_36

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Refused, Target
from onevisit.city import queries as city
from onevisit.core.identifiers import LICENCE_ROOT
from onevisit.ledger import actions as ledger
from onevisit.ledger import numbers
from onevisit.ledger.actions import Entry
from onevisit.licences import jobs, layout, queries
from onevisit.licences.models import Licence, LicenceType, Revocation
from onevisit.licences.packs import NewType
from onevisit.papers import queries as papers

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters that nobody mistakes for another; 16 of them are 79 bits."""
CODE_LENGTH = 16
SIGNS = re.compile(r"[^0-9A-Z]")
"""What a number may hold and an identifier may not (GB/T 36904)."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """What the issuing department's own system made: its number, term, moment and file; the library adds none of its own."""

    number: str
    issued_at: datetime
    valid_from: date
    valid_to: date | None = None
    file: bytes = b""


@dataclass(frozen=True, slots=True)
class NewLicence:
    """A licence to issue. `rows` {label, value, capitals} are printed in this order below the holder; `data`: for machines.

    `type` is the key of a LicenceType; `replaces` the id of the licence that this one takes the place of (换发); `foreign` is
    there where a department's own system issues.
    """

    case: str
    decision: str
    type: str
    holder: str
    holder_name: str
    office: str
    division: str
    rows: tuple[Mapping[str, Any], ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    valid_to: date | None = None
    replaces: str = ""
    foreign: Foreign | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a licence is to end: kind `revoked`, `cancelled` or `withdrawn`, why, by which article."""

    kind: str
    reason: str
    basis: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a licence stands among its kind: its series and its place in it (none for a foreign number), and its version."""

    series: str
    serial: int | None
    number: str
    version: int = 1


@transaction.atomic
def define(actor: Actor, new: NewType, division: str) -> queries.TypeView:
    """The licence type as the city of `division` defines it, new or brought up to date; what was issued keeps what it says."""
    access.require(actor, Duty.GUIDE_PUBLISH, Target("licence-type", id=new.key, department=new.department))
    found = LicenceType.objects.select_for_update().filter(key=new.key).first()
    if found is None:
        found = LicenceType(
            key=new.key, code=new.code or _own_code(new.department, division), stream=ledger.open_stream("licence-type")
        )
    kept = {
        "name": new.name,
        "department": new.department,
        "fields": list(new.fields),
        "basis": new.basis,
        "valid_years": new.valid_years,
    }
    if found.pk is not None and all(getattr(found, name) == value for name, value in kept.items()):
        return queries.licence_type(new.key)
    for name, value in kept.items():
        setattr(found, name, value)
    found.save()
    ledger.append(found.stream, actor, [Entry("licence_type.defined", {"type": new.key, "code": found.code})])
    return queries.licence_type(new.key)


def issue(actor: Actor, new: NewLicence) -> queries.LicenceView:
    """The licence that the decision gives, made at the first call: number, identifier, data. 行政许可法 art. 39.

    Doing it twice gives the same licence, also when both happen at once. Refused for a foreign number or file of another one.
    """
    _require_issue(actor, new)
    try:
        with transaction.atomic():
            return queries.view(_of_decision(new) or _issued(actor, new, "licence.issued"))
    except IntegrityError:
        made = _of_decision(new)
        if made is None and new.foreign:
            raise Refused("foreign-taken", f"编号{new.foreign.number}或者文件已经是别的证照的。", "请办理部门核对。") from None
        if made is None:
            raise
        return queries.view(made)


@transaction.atomic
def enter(actor: Actor, new: NewLicence) -> queries.LicenceView:
    """A licence that its department issued before, taken into the library as it stands, once (证照归集)."""
    _require_issue(actor, new)
    if new.foreign is None or new.case:
        raise Refused("not-foreign", "归集的证照要有原来的编号和期限，没有本系统的办件。", "请核对数据。")
    found = Licence.objects.filter(type__key=new.type, number=new.foreign.number, holder=new.holder)
    return queries.view(found.select_related("type", "replaces").first() or _issued(actor, new, "licence.entered"))


def _require_issue(actor: Actor, new: NewLicence) -> None:
    department = queries.licence_type(new.type).department
    on = Target("licence", id=new.case, division=new.division, department=department, owner=new.holder)
    access.require(actor, Duty.LICENCE_ISSUE, on)


def _of_decision(new: NewLicence) -> Licence | None:
    return Licence.objects.filter(decision=new.decision, type__key=new.type).select_related("type", "replaces").first()


def _issued(actor: Actor, new: NewLicence, event: str) -> Licence:
    now = settings.CLOCK()
    kind = LicenceType.objects.get(key=new.type)
    old = lock(queries.row(new.replaces)) if new.replaces else None
    place, term = _place(new, kind, old, now.date()), _term(new, kind, now)
    office = city.office(kind.department, new.division)
    issuer = office.credit_code if office else new.division[:6]
    made = Licence(
        stream=ledger.open_stream("licence"), type=kind, case=_id(new.case), decision=_id(new.decision),
        holder=UUID(new.holder), owner_key=UUID(new.holder), division=new.division, office=new.office, office_code=issuer,
        series=place.series, serial=place.serial, version=place.version, number=place.number,
        identifier=identifier(kind.code, issuer, place.number, place.version), verify_code=_verify_code(),
        issued_at=term.issued_at, valid_from=term.valid_from, valid_to=term.valid_to, replaces=old, sample=settings.DEMO,
    )  # fmt: skip
    made.holder_name = new.holder_name
    label = layout.holder_label(kind.fields)
    made.data = {"holder_label": label, "rows": [dict(each) for each in new.rows], "facts": dict(new.data)}
    made.save()
    if old:
        _end_licence(old, actor, Licence.State.SUPERSEDED, {"by": str(made.public_id)}, _from(made))
    said = {"licence": str(made.public_id), "number": made.number, "case": new.case, "key": f"{new.decision}/{kind.key}"}
    if event == "licence.entered":
        said["key"] = f"{kind.key}/{made.number}"
    ledger.append(made.stream, actor, [Entry(event, said, term.issued_at)])
    if term.file:
        jobs.keep(made, term.file)
    return made


def _id(text: str) -> UUID | None:
    return UUID(text) if text else None


def _place(new: NewLicence, kind: LicenceType, old: Licence | None, on: date) -> Place:
    """A department's own number as it is; else the number of the licence that is replaced, or the next of the series."""
    if new.foreign:
        again = old is not None and old.number == new.foreign.number
        return Place("", None, new.foreign.number, old.version + 1 if old and again else 1)
    if old and not old.is_foreign:
        return Place(old.series, old.serial, old.number, old.version + 1)
    return _next(new, kind, on)


def _term(new: NewLicence, kind: LicenceType, now: datetime) -> Foreign:
    """When it was issued, from when to when it holds, and its file if its department made one."""
    return new.foreign or Foreign("", now, now.date(), new.valid_to or _end(now.date(), kind.valid_years))


def _from(made: Licence) -> datetime:
    """When what it replaces ends: at once, or when the new term begins, so that the holder is never without."""
    begins = datetime.combine(made.valid_from, time.min, settings.ZONE)
    return max(begins, settings.CLOCK())


def _next(new: NewLicence, kind: LicenceType, on: date) -> Place:
    """The next number: division, year, six digits of a series of its own; without gaps."""
    series = f"licence/{kind.key}/{new.division[:6]}/{on.year}"
    serial = numbers.next_number(series)
    return Place(series, serial, f"{new.division[:6]}{on.year}{serial:06d}")


def identifier(kind: str, issuer: str, number: str, version: int) -> str:
    """The licence's identifier by GB/T 36904-2018, with its check character (ISO 7064 MOD 37,36).

    Of a foreign number it bears the letters and digits that the standard knows.

    >>> identifier("11100000MB03271699022", "340100", "000000016", 1)
    '1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9'
    >>> identifier("11100000MB03271699022", "340100", "示例证000000016", 1)
    '1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9'
    """
    parts = (kind, issuer, SIGNS.sub("", number.upper()), f"{version:03d}")
    return f"{LICENCE_ROOT}{'.'.join(parts)}.{mod_37_36.calc_check_digit(''.join(parts))}"


def _verify_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def _own_code(department: str, division: str) -> str:
    """A type code under the credit code of the city's own body; its last three digits count the types of this body."""
    office = city.office(department, division)
    if office is None:
        raise Refused("no-office", f"本地没有“{department}”部门，不能定义它的证照类型。", "请先登记这个部门的机构。")
    return f"{office.credit_code}{numbers.next_number(f'licence-type/{office.credit_code}'):03d}"


def _end(on: date, years: int | None) -> date | None:
    """The last day of a term of whole years: the day before the anniversary; none where the type has no term."""
    if years is None:
        return None
    leap = on.month == 2 and on.day == 29
    anniversary = date(on.year + years, 3, 1) if leap else on.replace(year=on.year + years)
    return date.fromordinal(anniversary.toordinal() - 1)


def file_of(actor: Actor, public_id: str) -> bytes:
    """The sealed PDF of the licence, made now if no job has made it yet; somebody else's look is written down.

    Raises `Hidden` for one whose department gave no file.
    """
    found = queries.row(public_id)
    access.require(actor, Duty.LICENCE_READ, queries.target(found))
    if queries.purpose_of(actor, found) != "own":
        with (
            transaction.atomic(),
            queries.opening(actor, found),
        ):
            found.data.reveal()
    file_id = jobs.make_file(public_id)
    if not file_id:
        raise Hidden(f"file of {public_id}")
    return papers.content(file_id).content


@transaction.atomic
def propose_end(actor: Actor, public_id: str, ending: Ending) -> queries.RevocationView:
    """A proposal to end the licence before its time (建议撤销), which another person must confirm. 行政许可法 arts. 8, 69, 70."""
    found = queries.row(public_id)
    duty = (
        Duty.LICENCE_PROPOSE_REVOKE
        if access.may(actor, Duty.LICENCE_PROPOSE_REVOKE, queries.target(found))
        else Duty.LICENCE_REVOKE
    )
    access.require(actor, duty, queries.target(found))
    found = lock(found)
    _must_be(found, Licence.State.VALID)
    if ending.kind not in Revocation.Kind.values or not ending.reason.strip() or not ending.basis.strip():
        raise Refused("ending-unfounded", "撤销、注销、撤回都要写明事实和依据。", "请补上事实和法律依据。")
    if Revocation.objects.filter(licence=found).exists():
        raise Refused("ending-proposed", "这份证照已经有人提出终止。", "请确认已有的那一份。")
    made = Revocation.objects.create(
        licence=found,
        kind=ending.kind,
        reason=ending.reason,
        basis=ending.basis,
        proposed_by=actor.id,
        proposed_at=settings.CLOCK(),
    )
    ledger.append(found.stream, actor, [Entry("licence.end_proposed", {"licence": public_id, "kind": ending.kind})])
    return queries.revocation_view(made)


@transaction.atomic
def revoke(actor: Actor, public_id: str) -> queries.RevocationView:
    """The proposed end is confirmed by a second person: from this moment the licence verifies as ended."""
    found = queries.row(public_id)
    proposal = Revocation.objects.filter(licence=found).first()
    access.require(actor, Duty.LICENCE_REVOKE, queries.target(found, *([proposal.proposed_by] if proposal else [])))
    if proposal is None:
        raise Refused("nothing-proposed", "还没有人提出终止这份证照。", "请先由另一位工作人员提出，写明事实和依据。")
    found = lock(found)
    _must_be(found, Licence.State.VALID)
    proposal.confirmed_by, proposal.confirmed_at = actor.id, settings.CLOCK()
    proposal.save(update_fields=["confirmed_by", "confirmed_at"])
    _end_licence(found, actor, proposal.kind, {"revocation": str(proposal.public_id)})
    return queries.revocation_view(proposal)


def lock(of: Licence) -> Licence:
    """The same licence, newest, held until the transaction ends."""
    return Licence.objects.select_for_update(of=("self",)).select_related("type", "replaces").get(pk=of.pk)


def _must_be(of: Licence, state: str) -> None:
    if of.state != state:
        raise Refused("licence-ended", f"这份证照{Licence.State(of.state).label}，不能再改。", "请刷新页面再看。")


def _end_licence(of: Licence, actor: Actor, state: str, said: Mapping[str, str], at: datetime | None = None) -> None:
    of.state, of.ended_at = state, at or settings.CLOCK()
    of.save(update_fields=["state", "ended_at"])
    ledger.append(of.stream, actor, [Entry("licence.ended", {"licence": str(of.public_id), "state": state, **said})])
