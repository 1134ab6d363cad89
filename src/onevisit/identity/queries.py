"""Who somebody is, what he or she may, who looked at whom. Names and numbers come masked; in full only inside a purpose."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import Q

from onevisit import access
from onevisit.access import ANONYMOUS, SYSTEM, Actor, Duty, Grant, Hidden, Kind, Target
from onevisit.city import queries as city
from onevisit.identity.models import Account, Consent, Holding, Officer, OfficerGrant, Organisation, Person, Reading
from onevisit.identity.personal import PersonalField, data_keys, index, purpose

NUMBER = "person.number"
PHONE = "person.phone"
CITIZENS = frozenset({"citizen", "citizen-15"})
LATEST = 200
UUID_LENGTH = 36
ENDLESS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person, masked."""

    id: str
    name: str
    number: str
    number_kind: str
    phone: str
    demo: bool


@dataclass(frozen=True, slots=True)
class OwnView:
    """A person's own values, in full."""

    id: str
    name: str
    number: str
    number_kind: str
    phone: str


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """A legal person or other body; its name and code are public."""

    id: str
    name: str
    credit_code: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """Of whom another system is asked: number with its kind (`uscc` of an organisation), and name."""

    id: str
    number: str
    number_kind: str
    name: str


@dataclass(frozen=True, slots=True)
class OfficerView:
    """Who works for an office, with the roles now held; the name is masked."""

    account: str
    title: str
    name: str
    office: str
    department: str
    division: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadingView:
    """One line of 谁看过我: institution and role, never the officer's name."""

    at: datetime
    institution: str
    role: str
    purpose: str
    reason: str
    case: str
    fields: tuple[str, ...]
    via: str


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One consent, in force while `withdrawn_at` is None."""

    id: str
    item: str
    datum: str
    separate: bool
    text_version: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One row of `data/demo_people.csv`; the columns are told in docs/partners.md."""

    key: str
    role: str
    title: str
    name: str
    number: str
    phone: str
    kind: str
    organisation: str
    credit_code: str
    department: str
    division: str
    note: str


def actor(account: object, via: str = "portal", *, request: str = "", fresh: bool = False) -> Actor:
    """The Actor that an account is now; ANONYMOUS for anybody who is no active account.

    `fresh`: a second factor was shown within five minutes.
    """
    if not isinstance(account, Account) or not account.is_active:
        return Actor(ANONYMOUS.id, ANONYMOUS.kind, via=via, request=request)
    person = account.person
    return Actor(
        id=str(account.public_id),
        kind=cast(Kind, account.kind),
        person=str(person.public_id) if person else "",
        organisation=str(account.organisation.public_id) if account.organisation else "",
        name=person.name.mask() if person else account.title,
        grants=_grants(account),
        holds=_holds(account),
        via=via,
        request=request,
        fresh=fresh,
    )


def actor_of(account_id: str, via: str = "system") -> Actor:
    """The Actor of an account's public id, as it is now: for jobs, and where a revocation must count at once."""
    if account_id == SYSTEM.id:
        return SYSTEM
    if not account_id:
        return ANONYMOUS
    return actor(Account.objects.select_related("person", "organisation").filter(public_id=account_id).first(), via)


def person(actor: Actor, public_id: str) -> PersonView:
    """The person, masked; raises Hidden for strangers and for nobody."""
    row = Person.objects.filter(public_id=public_id).first() if actor.id else None
    if row is None:
        raise Hidden(f"person {public_id}")
    return _masked([row])[0]


def people(actor: Actor, public_ids: Iterable[str]) -> dict[str, PersonView]:
    """Those persons, masked, in two queries whatever their number."""
    rows = list(Person.objects.filter(public_id__in=set(public_ids))) if actor.id else []
    return {view.id: view for view in _masked(rows)}


def organisation(public_id: str) -> OrganisationView:
    """The organisation; raises Hidden."""
    row = Organisation.objects.filter(public_id=public_id).first()
    if row is None:
        raise Hidden(f"organisation {public_id}")
    return OrganisationView(str(row.public_id), row.name, row.credit_code, row.demo)


def shown_name(public_id: str) -> str:
    """What a page calls an applicant: a person's masked name or an organisation's name; empty if there is none."""
    firm = Organisation.objects.filter(public_id=public_id).first()
    if firm is not None:
        return firm.name
    row = Person.objects.filter(public_id=public_id).first()
    return row.name.mask() if row else ""


def shown_names(public_ids: Iterable[str]) -> dict[str, str]:
    """What pages call these applicants, in three queries whatever their number."""
    wanted = set(public_ids)
    firms = {str(row.public_id): row.name for row in Organisation.objects.filter(public_id__in=wanted)}
    rows = list(Person.objects.filter(public_id__in=wanted - firms.keys()))
    return {**firms, **{view.id: view.name for view in _masked(rows)}}


def titles(accounts: Iterable[str]) -> dict[str, str]:
    """What colleagues call these officers: masked name and title; nobody else has one."""
    wanted = {one for one in accounts if len(one) == UUID_LENGTH}
    rows = Account.objects.filter(public_id__in=wanted, kind=Account.Kind.OFFICER).select_related("person")
    names = {view.id: view.name for view in _masked([row.person for row in rows if row.person])}
    return {str(row.public_id): f"{names.get(str(row.person.public_id), '') if row.person else ''}{row.title}" for row in rows}


def own(actor: Actor) -> OwnView:
    """The actor's own values, in full; raises Hidden if the account belongs to no person."""
    if not actor.person:
        raise Hidden("own")
    with purpose(actor, "own", subject=actor.person):
        return opened(actor.person)


def own_masks(actor: Actor) -> PersonView:
    """The actor's own values, masked, as pages show them at first; raises Hidden if the account belongs to no person."""
    if not actor.person:
        raise Hidden("own")
    return person(actor, actor.person)


def opened(public_id: str) -> OwnView:
    """A person's values, in full; only inside `purpose(…, subject=public_id)`. Raises Hidden."""
    row = Person.objects.filter(public_id=public_id).first()
    if row is None:
        raise Hidden(f"person {public_id}")
    phone = row.phone.reveal() if row.phone else ""
    return OwnView(str(row.public_id), row.name.reveal(), row.number.reveal(), row.number_kind, phone)


def applicant_for_sharing(public_id: str) -> Subject:
    """The subject of an inquiry to another system; of a person only inside `purpose(…, subject=public_id)`. Raises Hidden."""
    firm = Organisation.objects.filter(public_id=public_id).first()
    if firm is not None:
        return Subject(str(firm.public_id), firm.credit_code, "uscc", firm.name)
    row = Person.objects.filter(public_id=public_id).first()
    if row is None:
        raise Hidden(f"person {public_id}")
    return Subject(str(row.public_id), row.number.reveal(), row.number_kind, row.name.reveal())


def person_with(number: str, kind: str = "citizen") -> str:
    """The public id of the person with this number in normal form, or empty."""
    row = Person.objects.filter(number_index=number_index(kind, number)).only("public_id").first()
    return str(row.public_id) if row else ""


def organisation_with(credit_code: str) -> str:
    """The public id of the organisation with this credit code, or empty."""
    row = Organisation.objects.filter(credit_code=credit_code).only("public_id").first()
    return str(row.public_id) if row else ""


def has_account(public_id: str) -> bool:
    """Whether somebody can log in as this person or for this organisation."""
    whose = Q(person__public_id=public_id, organisation=None) | Q(organisation__public_id=public_id)
    return Account.objects.filter(whose, kind=Account.Kind.APPLICANT, is_active=True).exists()


def number_index(kind: str, normal: str) -> bytes:
    """The blind index of a person's number; the 15 and 18 digits of a citizen are one number."""
    return index(number_domain(kind), normal)


def number_domain(kind: str) -> str:
    """Within which numbers of a kind are compared."""
    return f"{NUMBER}.{'citizen' if kind in CITIZENS else kind}"


def phone_index(phone: str) -> bytes:
    """The blind index of a phone number."""
    return index(PHONE, phone)


def officers(department: str, division: str) -> tuple[OfficerView, ...]:
    """Who works for an office now, with the roles in force."""
    now = settings.CLOCK()
    rows = (
        Officer.objects.filter(_in_force(now), office__department=department, office__division__code=division)
        .select_related("account__person", "office__department", "office__division")
        .prefetch_related("grants")
        .order_by("pk")
    )
    return tuple(_officer(row, now) for row in rows)


def readings_of(actor: Actor, subject: str = "") -> tuple[ReadingView, ...]:
    """Who opened the actor's values (or of whom the actor may see it), the latest first."""
    owner = subject or actor.person
    access.require(actor, Duty.READING_SEE, Target("reading", owner=owner))
    rows = list(Reading.objects.filter(subject=owner).order_by("-at", "-id")[:LATEST])
    institutions = {pair: _institution(*pair) for pair in {(row.department, row.division) for row in rows}}
    words = _field_words()
    return tuple(_reading(row, institutions[(row.department, row.division)], words) for row in rows)


def consents(actor: Actor) -> tuple[ConsentView, ...]:
    """The actor's consents, those withdrawn too, the latest first."""
    owners = [owner for owner in (actor.person, actor.organisation) if owner]
    return tuple(_consent(row) for row in Consent.objects.filter(subject__in=owners).order_by("-given_at"))


def consent_in_force(subject: str, item: str, datum: str) -> ConsentView | None:
    """The consent of this subject to this use, if there is one that was not withdrawn."""
    row = Consent.objects.filter(subject=subject, item=item, datum=datum, withdrawn_at__isnull=True).first()
    return _consent(row) if row else None


def demo_people() -> tuple[DemoPerson, ...]:
    """The made-up people of the demo city, as its data file names them."""
    with (settings.DATA / "demo_people.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(DemoPerson(**row) for row in csv.DictReader(lines))


def demo_accounts() -> tuple[DemoPerson, ...]:
    """Whom the demo log-in offers: those of the data file who have an account; nobody outside of a demo."""
    if not settings.DEMO:
        return ()
    known = set(Account.objects.filter(demo=True, is_active=True).values_list("login", flat=True))
    return tuple(row for row in demo_people() if row.key in known)


def _grants(account: Account) -> tuple[Grant, ...]:
    if account.kind != Account.Kind.OFFICER:
        return ()
    now = settings.CLOCK()
    rows = OfficerGrant.objects.filter(_in_force(now), _in_force(now, "officer__"), officer__account=account).order_by("pk")
    return tuple(Grant(row.role, row.department, row.division, frozenset(row.items), row.hall) for row in rows if _approved(row))


def _holds(account: Account) -> frozenset[str]:
    if account.kind == Account.Kind.APPLICANT:
        return frozenset()
    rows = Holding.objects.filter(_in_force(settings.CLOCK()), holder=account.public_id, ended_at__isnull=True)
    return frozenset(str(target) for target in rows.values_list("target", flat=True))


def _in_force(now: datetime, prefix: str = "") -> Q:
    """Begun and not ended at that moment."""
    begun, ended, endless = f"{prefix}since__lte", f"{prefix}until__gt", f"{prefix}until__isnull"
    return Q(**{begun: now}) & (Q(**{endless: True}) | Q(**{ended: now}))


def _approved(row: OfficerGrant) -> bool:
    return row.given_by == SYSTEM.id or bool(row.approved_by)


def _masked(rows: list[Person]) -> list[PersonView]:
    secrets: dict[UUID, bytes] = data_keys(row.owner_key for row in rows)
    return [
        PersonView(
            str(row.public_id),
            row.name.mask(secrets),
            row.number.mask(secrets),
            row.number_kind,
            row.phone.mask(secrets) if row.phone else "",
            row.demo,
        )
        for row in rows
    ]


def _officer(row: Officer, now: datetime) -> OfficerView:
    held = (each for each in row.grants.all() if _approved(each) and each.since <= now < (each.until or ENDLESS))
    name = row.account.person.name.mask() if row.account.person else ""
    office = row.office
    return OfficerView(
        str(row.account.public_id), row.title, name, office.name, office.department_id, office.division.code,
        tuple(sorted({each.role for each in held})),
    )  # fmt: skip


def _institution(department: str, division: str) -> str:
    if not department or not division:
        return "本平台"
    office = city.office(department, division)
    return office.name if office else f"{city.division(division).name}{city.department(department).name}"


def _field_words() -> dict[str, str]:
    """`model.column` -> what people call it, of every personal field of the house."""
    fields = (field for model in apps.get_models() for field in model._meta.get_fields() if isinstance(field, PersonalField))
    return {field.label: str(field.verbose_name) for field in fields}


def _reading(row: Reading, institution: str, words: dict[str, str]) -> ReadingView:
    role = "、".join(access.ROLES.get(each, each) for each in row.role.split())
    fields = tuple(words.get(label, label) for label in row.fields)
    case = str(row.case) if row.case else ""
    return ReadingView(row.at, institution, role, row.get_purpose_display(), row.reason, case, fields, row.via)


def _consent(row: Consent) -> ConsentView:
    return ConsentView(
        str(row.public_id), row.item, row.datum, row.separate, row.text_version, row.given_at, row.withdrawn_at,
    )  # fmt: skip
