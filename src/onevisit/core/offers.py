"""The files beside standards (format `onevisit/1`): offers (实施清单), the register of the city, matters (一件事).

An offer says what a division adds to a standard, the register what a linter must know of the rest of the city, a matter which
items are done as one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from onevisit.core.definition import LegalBasis, Level, Limits, Place


@dataclass(frozen=True, slots=True)
class Phones:
    """Whom to call: for advice (咨询) and to complain (投诉)."""

    consult: str = ""
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class OfferPlace:
    """One of an offer's doors (办理地点)."""

    hall: str
    site: str = ""
    windows: tuple[str, ...] = ()
    hours: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """What a division sets for a parameter, and where its rule says so."""

    id: str
    value: str
    basis: tuple[LegalBasis, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What a division adds to a standard (实施清单): its doors, its phones, tighter promises; nothing else."""

    item: str
    level: Level
    division: str
    department: str = ""
    phones: Phones | None = None
    places: tuple[OfferPlace, ...] = ()
    limits: tuple[Limits, ...] = field(default=(), metadata={"bare": True})
    also_at: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    parameters: tuple[ParameterValue, ...] = ()


@dataclass(frozen=True, slots=True)
class SharedSource:
    """A shared resource (共享数据) and the names of the proofs that it makes needless."""

    id: str
    name: str
    provider: str = ""
    gives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisteredLicence:
    """A licence type in the city's library (电子证照)."""

    type: str
    name: str
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class CancelledProof:
    """A proof that a higher level or a list has cancelled (已取消的证明), and what stands in its place."""

    name: str
    by: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class CommittedProof:
    """A proof that a written commitment may replace (告知承诺)."""

    name: str


@dataclass(frozen=True, slots=True)
class UnobtainableProof:
    """A proof that nobody can issue or check."""

    name: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """What a linter must know of the rest of the city."""

    shared: tuple[SharedSource, ...] = ()
    licences: tuple[RegisteredLicence, ...] = ()
    cancelled: tuple[CancelledProof, ...] = ()
    commitments: tuple[CommittedProof, ...] = ()
    unobtainable: tuple[UnobtainableProof, ...] = ()


@dataclass(frozen=True, slots=True)
class MatterItem:
    """An item of a matter, and the items that must be done before it."""

    item: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """Several items done as one (一件事)."""

    name: str
    items: tuple[MatterItem, ...]
    code: str = ""
    lead: str = ""
