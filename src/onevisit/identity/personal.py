"""Personal values (个人信息): sealed in the database, opened only for a purpose, each opening written down. PIPL arts. 28, 44.

A value is an envelope `version 1 | suite 1 | key id 4 | nonce 12 | ciphertext | tag 16`, sealed with its owner's data key and
bound to table, column and row, so that a copied value does not open. Equality is looked up by a blind index of the normal form.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import TYPE_CHECKING, Any, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection, models

from onevisit.access import Actor
from onevisit.core import names
from onevisit.identity import keys
from onevisit.identity.records import DataKey, Reading
from onevisit.ledger import suite
from onevisit.ledger.rows import fetch

if TYPE_CHECKING:
    Column = models.Field[Any, Any]
else:
    Column = models.Field  # takes no type arguments at run time

VERSION = 1
HEAD = 6
"""Bytes before the nonce: version, suite, key id."""
SEALING = "_sealing"
"""Where a row keeps number and secret of the key that opened it, which seals it again without another question."""
MASKS = {"name": names.mask_name, "number": names.mask_number, "phone": names.mask_phone}
ERASED = "已删除"
FIRST = "INSERT INTO identity_datakey (owner, wrapped, created_at) VALUES (%s, %s, %s) ON CONFLICT (owner) DO NOTHING"
HOUSE = UUID(int=0)
"""The owner of the house's own key, which blind indexes derive from; wrapped like any other, it outlives the wrapping keys."""


class Closed(Exception):
    """A sealed value was to be opened without a purpose, for another person, or with a key that does not fit."""


class Erased(Closed):
    """The owner's data key is gone, and with it the value."""


class Owned(Protocol):
    """What a row with personal fields has."""

    public_id: UUID
    owner_key: UUID


class Envelope(bytes):
    """Sealed bytes, as they lie in the database."""


@dataclass
class Opening:
    """What one page opens: for whom, why, which fields so far; the keys it has fetched die with it."""

    actor: Actor
    purpose: str
    subject: UUID
    case: UUID | None
    reason: str
    fields: set[str] = field(default_factory=set)
    secrets: dict[UUID, bytes] = field(default_factory=dict, repr=False)


_opening: ContextVar[Opening | None] = ContextVar("opening", default=None)


@contextmanager
def purpose(actor: Actor, code: str, *, subject: str, case: str = "", reason: str = "") -> Iterator[Opening]:
    """Inside it `Sealed.reveal` works for values of `subject` and `case`; on leaving, one reading with all fields is written.

    Purposes: handle, verify, serve, supervise, appeal, audit need a case or a reason; own needs neither. An applicant who opens
    his own or his firm's values leaves no reading. Raises `Closed` if the purpose does not hold.
    """
    opening = Opening(actor, Reading.Purpose(code).value, UUID(subject), UUID(case) if case else None, reason)
    _hold(opening)
    token = _opening.set(opening)
    try:
        yield opening
    except DatabaseError:
        if connection.in_atomic_block:
            opening.fields.clear()  # the transaction is lost, nothing more can be written in it, and no page comes of it
        raise
    finally:
        _opening.reset(token)
        _record(opening)


def _hold(opening: Opening) -> None:
    actor = opening.actor
    if not actor.id:
        raise Closed("没有登录，不能查看个人信息。")
    if opening.purpose != Reading.Purpose.OWN:
        if opening.case is None and not opening.reason:
            raise Closed("查看个人信息要有办件或写明理由。")
    elif str(opening.subject) not in {actor.person, actor.organisation, actor.on_behalf_of}:
        raise Closed("这不是您本人的信息。")


def _record(opening: Opening) -> None:
    actor = opening.actor
    at_home = opening.purpose == Reading.Purpose.OWN or actor.kind == "applicant"
    own = at_home and str(opening.subject) in {actor.person, actor.organisation}
    if not opening.fields or own or connection.needs_rollback:
        return
    grant = actor.grants[0] if actor.grants else None
    Reading.objects.create(
        actor=actor.id,
        role=" ".join(sorted({grant.role for grant in actor.grants})) or actor.kind,
        department=grant.department if grant else "",
        division=grant.division if grant else "",
        purpose=opening.purpose,
        subject=opening.subject,
        case=opening.case,
        reason=opening.reason,
        fields=sorted(opening.fields),
        via=actor.via,
        at=settings.CLOCK(),
    )


class Sealed:
    """A personal value on a row: `reveal` opens it inside a purpose, `mask` shows what all may see, printing shows nothing."""

    __slots__ = ("_field", "_row", "raw")

    def __init__(self, row: models.Model, of: "PersonalField", raw: object) -> None:
        self._row, self._field, self.raw = row, of, raw

    def __repr__(self) -> str:
        return f"<Sealed {self._field.label}>"

    def __str__(self) -> str:
        return "***"

    def reveal(self) -> Any:
        """The value itself: text, or the document of a PersonalJSON."""
        opening = _opening.get()
        if opening is None:
            raise Closed(f"{self._field.label}: not inside a purpose")
        owner = owner_of(self._row)
        if owner not in (opening.subject, opening.case):
            raise Closed(f"{self._field.label}: the purpose speaks of another person or case")
        opening.fields.add(self._field.label)
        return self._plain(opening.secrets)

    def mask(self, secrets: dict[UUID, bytes] | None = None) -> str:
        """The value with all but its ends hidden (张*, 3***4, 154****0001); `secrets` of `data_keys` spare a query a row."""
        masked = MASKS.get(self._field.mask)
        if masked is None:
            return "***"
        try:
            return masked(str(self._plain({} if secrets is None else secrets)))
        except Erased:
            return ERASED

    def _plain(self, secrets: dict[UUID, bytes]) -> Any:
        if not isinstance(self.raw, Envelope):
            return self.raw
        owner = owner_of(self._row)
        if owner not in secrets:
            secrets.update(data_keys((owner,)))
        if owner not in secrets:
            raise Erased(f"{self._field.label}: {ERASED}")
        vars(self._row)[SEALING] = key_number(self.raw), secrets[owner]
        return self._field.opened(self._row, self.raw, secrets[owner])


def owner_of(row: models.Model) -> UUID:
    """Whose data key seals the row's values: its `owner_key`."""
    return cast(Owned, row).owner_key


class PersonalAttribute:
    """Hands out `Sealed` for what the row holds and takes plain values, which are sealed when the row is saved."""

    def __init__(self, of: "PersonalField") -> None:
        self.field = of

    def __get__(self, row: models.Model | None, cls: type | None = None) -> Any:
        if row is None:
            return self
        if self.field.attname not in vars(row):
            row.refresh_from_db(fields=[self.field.attname])
        raw = vars(row)[self.field.attname]
        return None if raw is None else Sealed(row, self.field, raw)

    def __set__(self, row: models.Model, value: object) -> None:
        raw = value.raw if isinstance(value, Sealed) else value
        vars(row)[self.field.attname] = raw


class PersonalField(Column):
    """A text of a person, sealed (L3, L4). `mask` names how it is shown: name, number, phone, or not at all."""

    descriptor_class = PersonalAttribute

    def __init__(self, *args: Any, mask: str = "", **options: Any) -> None:
        self.mask = mask
        options["editable"] = False
        super().__init__(*args, **options)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        return name, path, list(args), {**options, "mask": self.mask}

    def get_internal_type(self) -> str:
        return "BinaryField"

    def check(self, **options: Any) -> list[checks.CheckMessage]:
        fields = {each.name for each in self.model._meta.get_fields()}
        lacking = {"public_id", "owner_key"} - fields
        return [
            *super().check(**options),
            *(checks.Error(f"a model with personal fields needs {name}", obj=self) for name in lacking),
        ]

    def get_lookup(self, lookup_name: str) -> Any:
        """Sealed values cannot be compared in the database; `index` serves equality."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    @property
    def label(self) -> str:
        """`model.column`, as readings name it."""
        return f"{self.model._meta.model_name}.{self.name}"

    def from_db_value(self, value: bytes | None, *_: object) -> Envelope | None:
        return None if value is None else Envelope(value)

    def get_db_prep_value(self, value: object, connection: Any, prepared: bool = False) -> Any:
        if value is None or isinstance(value, Envelope):
            return value
        raise TypeError(f"{self.label}: a personal value reaches the database only by saving its row")

    def pre_save(self, row: models.Model, add: bool) -> Envelope | None:
        raw = vars(row)[self.attname]
        if raw is None or isinstance(raw, Envelope):
            return raw
        envelope = vars(row)[self.attname] = self._sealed(row, raw)
        return envelope

    def opened(self, row: models.Model, envelope: Envelope, secret: bytes) -> Any:
        """The plain value of an envelope of this row and column."""
        return self.loads(_open(secret, envelope, self.bound(row)))

    def bound(self, row: models.Model) -> bytes:
        """What an envelope is tied to: table, column, row."""
        return f"{self.model._meta.db_table}|{self.column}|{cast(Owned, row).public_id}".encode()

    def dumps(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise TypeError(f"{self.label}: not a text")
        return value.encode()

    def loads(self, plain: bytes) -> Any:
        return plain.decode()

    def _sealed(self, row: models.Model, value: object) -> Envelope:
        number, secret = vars(row).get(SEALING) or _data_key(owner_of(row))
        return _seal(secret, number.to_bytes(4, "big"), self.dumps(value), self.bound(row))


class PersonalJSON(PersonalField):
    """A document of personal values, sealed as one."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()

    def loads(self, plain: bytes) -> Any:
        return json.loads(plain)


def index(domain: str, normal: str) -> bytes:
    """The blind index of a normal form in a domain such as `person.number`: 32 bytes, nothing without the key."""
    return suite.mac(index_key(domain), normal.encode())


def index_key(domain: str) -> bytes:
    """The key of one domain's blind index, for whoever computes many."""
    _, secret = _data_key(HOUSE)
    return suite.mac(secret, f"index|{domain}".encode())


def data_keys(owners: Iterable[UUID]) -> dict[UUID, bytes]:
    """The data keys of these owners in one query; an erased owner is not in it."""
    rows = _keys(tuple(set(owners)))
    return dict(zip((row.owner for row in rows), unwrapped(rows), strict=True))


def _keys(owners: Sequence[UUID]) -> list[DataKey]:
    return [row for (row,) in fetch((DataKey,), "FROM identity_datakey WHERE owner = ANY(%s)", [list(owners)])]


def key_number(envelope: bytes) -> int:
    """The number of the data key that an envelope says it was sealed with."""
    return int.from_bytes(envelope[2:HEAD], "big")


def unwrapped(rows: Iterable[DataKey]) -> Iterator[bytes]:
    """The secrets of data keys; raises `suite.KeyMissing` if a wrapping key is gone."""
    wrapping = {key.id: key.secret for key in keys.wrapping()}
    for row in rows:
        wrapped = bytes(row.wrapped)
        secret = wrapping.get(wrapped[2:HEAD])
        if secret is None:
            raise suite.KeyMissing(f"缺少编号为{wrapped[2:HEAD].hex()}的包裹密钥，请把它的文件放回 {settings.KEYS}。")
        yield _open(secret, wrapped, f"data_key|{row.owner}".encode())


def _data_key(owner: UUID) -> tuple[int, bytes]:
    """The owner's data key, made at the first value."""
    row = next(iter(_keys((owner,))), None)
    if row is None:
        newest = keys.wrapping()[-1]
        wrapped = _seal(newest.secret, newest.id, token_bytes(suite.SECRET), f"data_key|{owner}".encode())
        with connection.cursor() as cursor:
            cursor.execute(FIRST, [owner, bytes(wrapped), settings.CLOCK()])
        (row,) = _keys((owner,))  # ours, or that of another who was faster
    return row.pk, next(unwrapped((row,)))


def _seal(secret: bytes, key_id: bytes, plain: bytes, bound: bytes) -> Envelope:
    return Envelope(bytes((VERSION, suite.SUITE_BYTE)) + key_id + suite.seal(secret[: suite.CURRENT.key_size], plain, bound))


def _open(secret: bytes, envelope: bytes, bound: bytes) -> bytes:
    if len(envelope) < HEAD or envelope[0] != VERSION or envelope[1] not in suite.BY_BYTE:
        raise suite.Unopened("not an envelope of a known version and suite")
    written = suite.BY_BYTE[envelope[1]]
    return written.open(secret[: written.key_size], envelope[HEAD:], bound)
