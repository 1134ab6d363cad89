"""What must hold of officers, readings, consents and personal values in any living database.

Personal values are sealed, each under a known key and openable, and nothing personal lies anywhere else in the database in clear.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from onevisit.access import RIGHTS
from onevisit.core.identifiers import identify
from onevisit.identity import queries
from onevisit.identity.models import DataKey, Person
from onevisit.identity.personal import Envelope, PersonalField, data_keys, index_key, key_number, owner_of
from onevisit.ledger import suite
from onevisit.ledger.invariants import Invariant, offending

CHUNK = 500
WHOLE = 10_000
"""Tables up to so many rows are opened wholly; of larger ones a hundredth a night, and all on the first of a month."""
SHARE = 100
IDLE = timedelta(days=90)
ADMINISTRATORS = ("system-admin", "security-admin", "audit-admin")
CASE_ROLES = tuple(role for role, rights in RIGHTS.items() if any(right.duty.startswith("case.") for right in rights))

OUTSIDE_GRANT = """
SELECT 'event ' || event.id || ' by ' || event.actor FROM ledger_event event
JOIN identity_account account ON account.public_id::text = event.actor AND account.kind = 'officer'
WHERE event.kind <> 'account.entered' AND NOT EXISTS (
    SELECT 1 FROM identity_officer officer JOIN identity_officergrant held ON held.officer_id = officer.id
    WHERE officer.account_id = account.id AND (held.given_by = 'system' OR held.approved_by <> '')
    AND held.since <= event.entered AND (held.until IS NULL OR held.until >= event.entered)
    AND officer.since <= event.entered AND (officer.until IS NULL OR officer.until >= event.entered)
    AND held.department IN ('', coalesce(event.data ->> 'department', held.department))
    AND held.division IN ('', coalesce(event.data ->> 'division', held.division))
    AND (held.items = '[]' OR event.data ->> 'item' IS NULL OR held.items @> jsonb_build_array(event.data ->> 'item')))
"""
INCOMPLETE_READING = """
SELECT reading.public_id FROM identity_reading reading
LEFT JOIN identity_account account ON account.public_id::text = reading.actor
WHERE (account.id IS NULL AND reading.actor <> 'system') OR reading.role = '' OR reading.via = ''
OR (reading.purpose <> 'own' AND reading."case" IS NULL AND reading.reason = '')
OR jsonb_typeof(reading.fields) <> 'array' OR reading.fields = '[]' OR reading.at > %s
"""
INCOMPLETE_CONSENT = """
SELECT public_id FROM identity_consent WHERE text_version = '' OR via = '' OR account = '' OR withdrawn_at < given_at
"""
MIXED_ADMINISTRATOR = """
SELECT 'officer ' || officer_id FROM identity_officergrant WHERE until IS NULL OR until > %s GROUP BY officer_id
HAVING count(DISTINCT role) FILTER (WHERE role = ANY(%s)) > 1
OR (bool_or(role = ANY(%s)) AND bool_or(role = ANY(%s)))
"""
STILL_OPEN = """
SELECT 'account ' || account.public_id FROM identity_officer officer
JOIN identity_account account ON account.id = officer.account_id WHERE account.is_active AND (officer.until <= %s
OR (NOT account.demo AND coalesce(account.last_login, account.created_at) < %s))
"""
SAME_HANDS = """
SELECT 'grant ' || id FROM identity_officergrant WHERE approved_by <> '' AND approved_by = given_by
UNION ALL SELECT 'peer ' || name FROM identity_peer WHERE approved_by <> '' AND approved_by = proposed_by
"""
LOOK_WITHOUT_HOLD = """
SELECT 'reading ' || reading.public_id FROM identity_reading reading
JOIN identity_account account ON account.public_id::text = reading.actor AND account.kind = 'officer'
WHERE reading.purpose = 'handle' AND reading.reason = '' AND NOT EXISTS (
    SELECT 1 FROM identity_holding held
    WHERE held.holder::text = reading.actor AND held.target IN (reading."case", reading.subject)
    AND held.since <= reading.at AND coalesce(held.ended_at, reading.at) >= reading.at
    AND coalesce(held.until, reading.at) >= reading.at)
"""
TEXTS = """
SELECT found.table_name, found.column_name FROM information_schema.columns found
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
AND found.data_type IN ('text', 'character varying', 'json', 'jsonb')
ORDER BY 1, 2
"""
LIKE_NUMBERS = r"(?<![0-9A-Za-z])([1-9][0-9]{16}[0-9Xx]|1[3-9][0-9]{9})(?![0-9A-Za-z]|\.[0-9])"
"""What looks like a citizen's number or a mobile's; digits within codes, ids and amounts do not."""
MOBILE = 11


def acts_outside_grants() -> Iterator[str]:
    """Events by officers at a time, or on a department, division or item, that no grant of theirs covers."""
    yield from offending(OUTSIDE_GRANT)


def incomplete_readings() -> Iterator[str]:
    """Readings without actor, role, purpose, case or reason, fields, or with a time to come."""
    yield from offending(INCOMPLETE_READING, settings.CLOCK())


def incomplete_consents() -> Iterator[str]:
    """Consents without the text's version, channel or account, or withdrawn before they were given."""
    yield from offending(INCOMPLETE_CONSENT)


def mixed_administrators() -> Iterator[str]:
    """Administrators of two kinds or with duties on cases (S4); officers who left, or were idle, and can still log in."""
    now = settings.CLOCK()
    administrators = list(ADMINISTRATORS)
    yield from offending(MIXED_ADMINISTRATOR, now, administrators, administrators, list(CASE_ROLES))
    yield from offending(STILL_OPEN, now, settings.REAL_CLOCK() - IDLE)


def same_hands() -> Iterator[str]:
    """Grants and systems that one person both proposed and approved (S3)."""
    yield from offending(SAME_HANDS)


def looks_without_hold() -> Iterator[str]:
    """Officers' readings for a case that they did not have in hand at that moment, without a reason."""
    yield from offending(LOOK_WITHOUT_HOLD)


def badly_sealed() -> Iterator[str]:
    """Envelopes of an unknown or another's key, or that do not open; numbers whose index is not theirs; values in clear."""
    for model in apps.get_models():
        fields = [field for field in model._meta.get_fields() if isinstance(field, PersonalField)]
        for field in fields:
            yield from _unopened(model, field)
    yield from _misindexed()
    yield from in_clear()


def in_clear() -> Iterator[str]:
    """Every citizen's number with a right check digit, and every mobile number, in any text or JSON column of the database."""
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        columns = cursor.fetchall()
        for table, column in columns:
            name, place = connection.ops.quote_name(column), connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT ctid::text, (regexp_matches({name}::text, %s, 'g'))[1] FROM {place} WHERE {name}::text ~ %s",
                [LIKE_NUMBERS, LIKE_NUMBERS],
            )
            yield from (f"{table}.{column} {row}" for row, found in cursor.fetchall() if _is_personal(found))


def _is_personal(text: str) -> bool:
    return len(text) == MOBILE or identify(text, "citizen", settings.CLOCK().date()).valid


def _unopened(model: type[models.Model], field: PersonalField) -> Iterator[str]:
    rows = _due(model).exclude(**{f"{field.name}__isnull": True}).only("pk", "public_id", "owner_key", field.name)
    for chunk in _chunks(rows.iterator(chunk_size=CHUNK)):
        secrets = data_keys(owner_of(row) for row in chunk)
        owners = dict(DataKey.objects.filter(owner__in=secrets).values_list("pk", "owner"))
        for row in chunk:
            envelope = Envelope(vars(row)[field.attname])
            place = f"{field.label} {row.pk}"
            if owners.get(key_number(envelope)) != owner_of(row):
                yield f"{place} unknown key"
                continue
            try:
                field.opened(row, envelope, secrets[owner_of(row)])
            except suite.Unopened:
                yield f"{place} does not open"


def _misindexed() -> Iterator[str]:
    keys: dict[str, bytes] = {}
    number = Person._meta.get_field("number")
    for chunk in _chunks(_due(Person).iterator(chunk_size=CHUNK)):
        secrets = data_keys(row.owner_key for row in chunk)
        for row in chunk:
            domain = queries.number_domain(row.number_kind)
            keys[domain] = keys.get(domain) or index_key(domain)
            try:
                normal = number.opened(row, Envelope(vars(row)["number"]), secrets[row.owner_key])
            except (suite.Unopened, KeyError):
                continue  # told above
            if suite.mac(keys[domain], normal.encode()) != bytes(row.number_index):
                yield f"person {row.pk} index"


def _due(model: type[models.Model]) -> Any:
    """The rows whose turn it is tonight."""
    today = settings.CLOCK()
    rows = model._default_manager.order_by("pk")
    if today.day == 1 or rows.count() <= WHOLE:
        return rows
    return rows.annotate(turn=models.F("pk") % SHARE).filter(turn=today.toordinal() % SHARE)


def _chunks(rows: Iterator[Any]) -> Iterable[list[Any]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


INVARIANTS = (
    Invariant(4, "identity", "工作人员的每个操作都在授权范围和期限内", True, acts_outside_grants),
    Invariant(5, "identity", "授权和接入都由两个人经手", True, same_hands),
    Invariant(23, "identity", "每次查看个人信息都有人、角色、目的、依据、字段和时间", False, incomplete_readings),
    Invariant(24, "identity", "为办件查看个人信息时，办件都在查看人手里，否则写有理由", True, looks_without_hold),
    Invariant(26, "identity", "每份授权同意都有文本版本、渠道和账户", False, incomplete_consents),
    Invariant(27, "identity", "个人信息都已加密且能解开，索引正确，别处没有明文", False, badly_sealed),
    Invariant(34, "identity", "三类管理员互不兼任，离岗和闲置账户不能登录", False, mixed_administrators),
)
