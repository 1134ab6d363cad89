"""The types of an item definition (format `onevisit/1`, 事项定义): what a Standard (标准化规程) says, once.

Every other use (guide, form, process, clock, fee, visit count, lint) is derived from these frozen values.
Reading a file into them, with the line of every fault, is `reading`; the JSON Schema is derived from the same types.
Elements of an item: GB/T 39046-2020 table 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

FORMAT = "onevisit/1"

Level = Literal["city", "county", "town", "village"]
Audience = Literal["person", "organisation"]
Place = Literal["online", "kiosk", "post", "agent", "door", "hall", "licence", "courier"]
Does = Literal[
    "precheck", "submit", "receive", "accept", "verify", "review", "inspect", "consult", "publicise", "decide", "sign", "pay",
    "issue", "deliver",
]  # fmt: skip
FieldType = Literal[
    "text", "long_text", "integer", "decimal", "money", "date", "month", "yes_no", "choice", "choices", "person_number",
    "credit_code", "phone", "address", "division", "bank_account", "licence", "group",
]  # fmt: skip
SPECIAL = ("hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert_review", "own_law")
"""The eight procedures that 行政许可法 art. 45 takes off the clock, and those of a law of their own."""

When = Mapping[str, tuple[str, ...]]
"""A conjunction of "question in these answers"; empty = always. Keys are question ids, or `step.<id>` for a step's outcome."""


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """Where the law says so (设定依据)."""

    law: str
    article: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ItemHead:
    """Which base item a standard speaks of (基本目录事项)."""

    name: str
    type: str
    department: str
    key: str = ""
    code: str = ""
    basis: tuple[LegalBasis, ...] = field(default=(), metadata={"required": True})
    theme: tuple[str, ...] = field(default=(), metadata={"bare": True})

    @property
    def id(self) -> str:
        """The word by which other files name this item: its key, else its code."""
        return self.key or self.code


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits (法定时限, 承诺时限) in `unit`s; `notice` 0 means on the spot."""

    legal: int | None = None
    promised: int | None = None
    notice: int = 5
    extension: int = 10
    unit: Literal["working_day", "calendar_day"] = "working_day"
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Party:
    """One of several who apply together (当事人)."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Who may apply (受理条件)."""

    id: str
    text: str
    basis: tuple[LegalBasis, ...] = ()
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A question that tells situations apart (办理情形)."""

    id: str
    ask: str
    options: Mapping[str, str]
    when: When = field(default_factory=dict)
    help: str = ""


@dataclass(frozen=True, slots=True)
class MaterialForm:
    """What a material must look like: original or copy, number of copies, paper, signature or seal, blank form, filled sample."""

    kind: Literal["original", "copy", "electronic", "original_and_copy"] = "original"
    copies: int = 0
    paper: str = ""
    signature: str = ""
    template: str = ""
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """One paper or datum that a case needs (申请材料)."""

    id: str
    name: str
    source: str = field(default="applicant", metadata={"pattern": r"applicant|commitment|(shared|licence):.+"})
    when: When = field(default_factory=dict)
    basis: tuple[LegalBasis, ...] = ()
    form: MaterialForm | None = None
    issued_by: str = ""
    result_of: str = ""
    one_of: str = ""
    tolerance: bool = False
    supplement_days: int | None = None
    shown: str = ""
    surrender: bool = False
    necessary: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often a group of fields may stand."""

    min: int = 0
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One datum of the form (一表申请). `source` says who knows it; only `applicant` fields are typed."""

    id: str
    label: str
    type: FieldType = "text"
    source: str = field(default="applicant", metadata={"pattern": r"applicant(\..+)?|(shared|licence|rule):.+\..+"})
    when: When = field(default_factory=dict)
    help: str = ""
    unit: str = ""
    required: bool = True
    min: Decimal | None = None
    max: Decimal | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    pattern: str = ""
    sensitive: bool = False
    same_as: str = ""
    fields: tuple["Field", ...] = ()
    repeat: Repeat | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """Why somebody must be there in person."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rework:
    """Mend and do again; unrolled into the process, so that every count stays computable."""

    on: str
    to: str
    times: int = 1
    applicant_days: int = 0


@dataclass(frozen=True, slots=True)
class Within:
    """Not before `after`, not later than `before` days from the step before."""

    after: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the process (环节). `days` and `instant` exclude each other."""

    id: str
    by: str = field(metadata={"pattern": r"applicant(:.+)?|window|system|department(:.+)?|regulator"})
    does: Does
    name: str = ""
    needs: tuple[str, ...] = ()
    at: tuple[Place, ...] = ()
    presence: Presence | None = field(default=None, metadata={"bare": "reason"})
    instant: bool = False
    days: int | None = None
    special: str = ""
    basis: tuple[LegalBasis, ...] = ()
    when: When = field(default_factory=dict)
    optional: bool = False
    result: str = ""
    amount: str = ""
    rule: str = ""
    authority: Literal["", "window", "chief", "head", "meeting", "registrar"] = ""
    level: Literal["", "village", "town", "county", "city"] = ""
    outcomes: tuple[str, ...] = ()
    rework: Rework | None = None
    together: tuple[str, ...] = ()
    within: Within | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee or tax (收费): `amount` is decimal text or `rule:<rule>.<result>`."""

    name: str
    amount: str
    basis: tuple[LegalBasis, ...] = ()
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What the applicant gets (审批结果)."""

    id: str
    name: str
    licence: str = ""
    sample: str = ""
    holder: str = ""
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Faq:
    """A common question and its answer."""

    q: str
    a: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """`renews`: the licence type, and how many working days before its end one must apply (行政许可法 art. 50)."""

    licence: str
    before: int = 30


@dataclass(frozen=True, slots=True)
class LawfulException:
    """The law itself asks for more than one visit."""

    why: str
    basis: tuple[LegalBasis, ...] = ()
    until: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may differ locally within bounds; an offer gives its value with the basis."""

    id: str
    type: Literal["integer", "decimal", "money", "text"]
    min: Decimal | None = None
    max: Decimal | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Standard:
    """One definition: an item at one level (标准化规程)."""

    item: ItemHead
    level: Level
    audience: tuple[Audience, ...]
    process: tuple[Step, ...]
    handling: Literal["instant", "promised"] = "promised"
    handled_in: Literal["here", "pushed", "elsewhere"] = "here"
    limits: tuple[Limits, ...] = field(default=(), metadata={"bare": True})
    depth: int | None = field(default=None, metadata={"low": 1, "high": 4})
    visits: int | None = None
    parties: tuple[Party, ...] = ()
    conditions: tuple[Condition, ...] = ()
    questions: tuple[Question, ...] = ()
    materials: tuple[Material, ...] = ()
    form: tuple[Field, ...] = ()
    fees: tuple[Fee, ...] = ()
    results: tuple[Result, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    faq: tuple[Faq, ...] = ()
    renews: Renewal | None = field(default=None, metadata={"bare": "licence"})
    exception: LawfulException | None = None
    parameters: tuple[Parameter, ...] = ()
    acts_on: str = ""
