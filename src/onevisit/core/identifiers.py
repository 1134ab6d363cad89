"""Identifiers (证件号码, 代码): what a number says, and where it is wrong; the same facts in every channel.

GB 11643-1999 (citizen), GB 32100-2015 (credit code), GB 11714 (organisation), GB/T 37346-2019 (real estate), 36904 (licence).
The rule for citizens is our own: python-stdnum 2.2 takes births to come, and refuses permits and abolished divisions.

>>> identify(" 34030219900101004x", "citizen", date(2026, 3, 2)).facts["region_name"]
'安徽省蚌埠市东市区'
>>> identify("007542785", None, date(2026, 3, 2)).normal
'00754278-5'
>>> identify("340302190002290011", "citizen", date(2026, 3, 2)).problems[0].code
'bad-date'
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase, digits

from stdnum.cn import uscc
from stdnum.iso7064 import mod_37_36

from onevisit.core.codes import PERMITS, division_name, is_province, nationality

Facts = Mapping[str, object]

CHECKS = "10X98765432"
PERSON_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CENTENARIAN_SERIALS = frozenset({"996", "997", "998", "999"})
LICENCE_ROOT = "1.2.156.3005.2."
DASHES = re.compile("[‐‑‒–—―−－]")

SETS: Mapping[str, str] = {
    "d": digits, "x": digits + "X", "a": digits + ascii_uppercase, "l": ascii_uppercase, "u": "0123456789ABCDEFGHJKLMNPQRTUWXY",
    "o": "GJZ", "f": "FLQW", "h": "HM",
}  # fmt: skip
"""What the letters of a template stand for; any other sign of a template stands for itself."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: its code, the part of the number, and where and what to do in the applicant's words."""

    code: str
    part: str
    message: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What a number turned out to be. `normal` (the form to store and compare) and `facts` only if it is valid."""

    valid: bool
    kind: str | None
    normal: str | None
    facts: Facts
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of identifier: its Chinese name, the shapes it can have, how a well-shaped one is judged, how it is written."""

    name: str
    templates: tuple[str, ...]
    judge: Callable[[str, date], tuple[Facts, list[Problem]]]
    normal: Callable[[str], str] = str


def identify(value: str, kind: str | None, on: date) -> Identity:
    """What the number says on that day: valid or not, its kind (recognised if none is given), normal form, facts, problems.

    Raises `KeyError` for a kind that is not in `KINDS`.
    """
    text = normalise(value)
    known = kind or _recognise(text, on)
    if known is None:
        problem = Problem("unknown-kind", "kind", "认不出这是哪一种号码，请对照证件核对，或者先选择证件种类。")
        return Identity(False, None, None, {}, (problem,))
    if known == "uscc" and _is_personal(text, on):
        problem = Problem(
            "personal-number", "kind", "这是个人的证件号码，不是统一社会信用代码，请填写营业执照或登记证书上的18位代码。"
        )
        return Identity(False, known, None, {}, (problem,))
    answer = _judged(text, known, on)
    other = None if answer.valid or kind is None else _recognise(text, on)
    if other in TELLING and other != known and _judged(text, other, on).valid:
        hint = Problem("wrong-kind", "kind", _said(other))
        return Identity(False, known, None, {}, (hint, *(one for one in answer.problems if one.code != hint.code)))
    return answer


def normalise(value: str) -> str:
    """The text as it is judged: full-width forms folded, blanks and zero-width marks gone, upper case, one kind of dash."""
    folded = DASHES.sub("-", unicodedata.normalize("NFKC", value))
    kept = (sign for sign in folded if not sign.isspace() and unicodedata.category(sign) != "Cf")
    return "".join(sign.upper() if sign.isascii() else sign for sign in kept)


def citizen_check(first: str) -> str:
    """The check character for the first 17 digits of a person's number."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first, PERSON_WEIGHTS, strict=True)) % 11]


def organisation_check(first: str) -> str:
    """The check character for the first 8 characters of an organisation code."""
    total = sum(int(sign, 36) * weight for sign, weight in zip(first, ORGANISATION_WEIGHTS, strict=True))
    return "0X987654321"[total % 11]


def age(birth: date, on: date) -> int:
    """Full years (周岁) on that day; one born on 29 February comes of age on 1 March."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _judged(text: str, name: str, on: date) -> Identity:
    kind = KINDS[name]
    text = kind.normal(text)
    problems = _misshapen(text, kind)
    facts: Facts = {}
    if not problems:
        facts, problems = kind.judge(text, on)
    if problems:
        return Identity(False, name, None, {}, tuple(problems))
    return Identity(True, name, _as_18(text) if name == "citizen-15" else text, facts, ())


def _misshapen(text: str, kind: Kind) -> list[Problem]:
    """What keeps the text from the shape of its kind that it comes nearest to; nothing for kinds without a fixed shape."""
    shapes = [one for one in kind.templates if len(one) == len(text)]
    if kind.templates and not shapes:
        lengths = "或".join(str(len(one)) for one in kind.templates)
        return [Problem("bad-length", "length", f"{kind.name}应为{lengths}位，您填了{len(text)}位，请对照证件核对。")]
    strange = min((_strange(text, shape) for shape in shapes), key=len, default=[])
    return [
        Problem("bad-character", "character", f"{kind.name}的第{place}位不能是“{_shown(text[place - 1])}”，请对照证件核对。")
        for place in strange
    ]


def _strange(text: str, template: str) -> list[int]:
    """The places, from 1, of the signs that the template does not allow."""
    pairs = zip(text, template, strict=True)
    return [place for place, (sign, allowed) in enumerate(pairs, 1) if sign not in SETS.get(allowed, allowed)]


def _person(text: str, on: date, region: str, alpha3: str | None) -> tuple[Facts, list[Problem]]:
    """Facts and problems that all 18-digit numbers of persons share; the region is looked up as of birth."""
    problems: list[Problem] = []
    birth = _day(text[6:14])
    if birth is None:
        problems.append(Problem("bad-date", "birth", "出生日期（第7至14位）不是真实的日期，请对照证件核对。"))
    elif birth > on:
        problems.append(Problem("future-date", "birth", f"出生日期（第7至14位）晚于{on:%Y-%m-%d}，请对照证件核对。"))
    if citizen_check(text[:17]) != text[17]:
        problems.append(Problem("bad-check", "check", "校验码（第18位）与前17位对不上，请逐位对照证件核对。"))
    if problems or birth is None:
        return {}, problems
    facts = {
        "birth": birth.isoformat(),
        "sex": "male" if int(text[16]) % 2 else "female",
        "region": region,
        "region_name": division_name(region, birth.year),
        "nationality": alpha3,
        "age": age(birth, on),
    }
    return facts, []


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _citizen(text: str, on: date) -> tuple[Facts, list[Problem]]:
    if text[:6] in PERMITS:
        return {}, [Problem("wrong-kind", "kind", _said("hmt-residence"))]
    return _person(text, on, text[:6], "CHN")


def _old_citizen(text: str, on: date) -> tuple[Facts, list[Problem]]:
    facts, problems = _person(_as_18(text), on, text[:6], "CHN")
    return facts, [Problem(one.code, one.part, "出生日期（第7至12位）不是真实的日期，请对照档案核对。") for one in problems]


def _as_18(text: str) -> str:
    century = "18" if text[12:] in CENTENARIAN_SERIALS else "19"
    first = text[:6] + century + text[6:]
    return first + citizen_check(first)


def _permit(text: str, on: date) -> tuple[Facts, list[Problem]]:
    if text[:6] not in PERMITS:
        return {}, [Problem("wrong-kind", "kind", "港澳台居民居住证的号码以810000、820000或830000开头，请核对证件种类。")]
    return _person(text, on, text[:6], "CHN")


def _foreigner(text: str, on: date) -> tuple[Facts, list[Problem]]:
    if text[0] != "9":
        return {}, [Problem("wrong-kind", "kind", "外国人永久居留身份证的号码以9开头，请核对证件种类。")]
    return _person(text, on, text[1:3] + "0000", nationality(text[3:6]))


def _place(code: str, on: date) -> dict[str, object]:
    return {"region": code, "region_name": division_name(code, on.year)}


def _firm(text: str, on: date) -> tuple[Facts, list[Problem]]:
    problems = []
    if organisation_check(text[8:16]) != text[16]:
        problems.append(Problem("bad-check", "check", "主体标识码的校验码（第17位）与第9至16位对不上，请逐位对照证照核对。"))
    if uscc.calc_check_digit(text[:17]) != text[17]:
        problems.append(Problem("bad-check", "check", "校验码（第18位）与前17位对不上，请逐位对照证照核对。"))
    return _place(text[2:8], on) | {"organisation": _hyphened(text[8:17])}, problems


def _organisation(text: str, on: date) -> tuple[Facts, list[Problem]]:
    if organisation_check(text[:8]) == text[9]:
        return {}, []
    return {}, [Problem("bad-check", "check", "组织机构代码的校验码（最后一位）与前8位对不上，请逐位对照证照核对。")]


def _division(text: str, on: date) -> tuple[Facts, list[Problem]]:
    code = text.ljust(12, "0")
    levels = (("village", code[9:]), ("town", code[6:9]), ("county", code[4:6]), ("city", code[2:4]))
    level = next((name for name, part in levels if part.strip("0")), "province")
    return _place(code[:6], on) | {"level": level}, []


def _unit(text: str, on: date) -> tuple[Facts, list[Problem]]:
    if text[19] == "W" and text[20:].strip("0"):
        return {}, [Problem("bad-character", "serial", "没有定着物的宗地，第20位以后应为W00000000，请对照不动产权证书核对。")]
    return _place(text[:6], on) | {"parcel": text[:19]}, []


def _licence(text: str, on: date) -> tuple[Facts, list[Problem]]:
    parts = text.removeprefix(LICENCE_ROOT).split(".")
    if not text.startswith(LICENCE_ROOT) or len(parts) != 5:
        return {}, [Problem("bad-length", "length", f"电子证照标识以{LICENCE_ROOT}开头，后面是用点隔开的5段，请完整复制。")]
    kind, issuer, serial, version, check = parts
    if len(kind) != 21 or len(issuer) not in (6, 18) or not serial or len(version) != 3 or len(check) != 1:
        return {}, [Problem("bad-length", "length", "电子证照标识各段的位数应为21、18、流水号、3、1，请完整复制。")]
    joined = "".join(parts)
    strange = next((sign for sign in joined if sign not in SETS["a"]), None)
    if strange:
        place = text.index(strange, len(LICENCE_ROOT)) + 1
        return {}, [Problem("bad-character", "character", f"电子证照标识的第{place}位不能是“{_shown(strange)}”，请完整复制。")]
    if not mod_37_36.is_valid(joined):
        return {}, [Problem("bad-check", "check", "电子证照标识的校验码（最后一段）对不上，请完整复制。")]
    return {"type": kind, "issuer": issuer, "serial": serial, "version": version}, []


def _project(text: str, on: date) -> tuple[Facts, list[Problem]]:
    return _place(text[5:11] if text[4] == "-" else text[:6], on), []


def _passport(text: str, on: date) -> tuple[Facts, list[Problem]]:
    if not 5 <= len(text) <= 20:
        return {}, [Problem("bad-length", "length", f"护照号码应为5至20位，您填了{len(text)}位，请对照护照核对。")]
    return {}, [
        Problem("bad-character", "character", f"护照号码的第{place}位不能是“{_shown(sign)}”，只能是字母和数字，请对照护照核对。")
        for place, sign in enumerate(text, 1)
        if sign not in SETS["a"]
    ]


def _old_foreigner(text: str, on: date) -> tuple[Facts, list[Problem]]:
    return {"nationality": text[:3]}, []


def _silent(text: str, on: date) -> tuple[Facts, list[Problem]]:
    """A number that says nothing more than itself."""
    return {}, []


def _hyphened(text: str) -> str:
    return f"{text[:8]}-{text[8:]}" if len(text) == 9 else text


def _project_hyphened(text: str) -> str:
    if re.fullmatch(r"[0-9]{20}", text):
        return f"{text[:4]}-{text[4:10]}-{text[10:12]}-{text[12:14]}-{text[14:]}"
    if re.fullmatch(r"[0-9]{21}", text):
        return f"{text[:13]}-{text[13:15]}-{text[15:19]}-{text[19:]}"
    return text


def _is_personal(text: str, on: date) -> bool:
    """Whether a number given as a credit code is a person's; a right credit code that no province of birth fits is not."""
    persons = [name for name in PERSONS if _judged(text, name, on).valid]
    return bool(persons) and (is_province(text[:2]) or not _judged(text, "uscc", on).valid)


def _said(other: str) -> str:
    if other == "citizen-15":
        return "这是15位的旧身份证号，2013年起已停止使用，请填写18位的居民身份证号。"
    return f"这是{KINDS[other].name}，请改选证件种类，或者重新填写。"


def _shown(sign: str) -> str:
    return sign if sign.isprintable() else f"U+{ord(sign):04X}"


def _recognise(text: str, on: date) -> str | None:
    """The first kind that the text fits and is right for, else the first that it fits, else the nearest by length."""
    fitting = [name for name, fits in RECOGNISED if fits(text) and not _misshapen(KINDS[name].normal(text), KINDS[name])]
    right = (name for name in fitting if _judged(text, name, on).valid)
    return next(right, None) or next(iter(fitting), None) or _nearest(text)


def _nearest(text: str) -> str | None:
    if is_province(text[:2]) and 16 <= len(text) <= 20 and sum(sign in digits for sign in text) >= len(text) - 2:
        return "citizen"
    return {9: "organisation", 10: "organisation", 18: "uscc", 28: "real-estate-unit"}.get(len(text))


def _always(text: str) -> bool:
    return True


KINDS: Mapping[str, Kind] = {
    "citizen": Kind("居民身份证号", ("d" * 17 + "x",), _citizen),
    "citizen-15": Kind("15位旧居民身份证号", ("d" * 15,), _old_citizen),
    "hmt-residence": Kind("港澳台居民居住证号码", ("d" * 17 + "x",), _permit),
    "foreign-permanent": Kind("外国人永久居留身份证号码", ("d" * 17 + "x",), _foreigner),
    "foreign-permanent-old": Kind("旧版外国人永久居留证号码", ("lll" + "d" * 12,), _old_foreigner),
    "hm-travel": Kind("港澳居民来往内地通行证号码", ("h" + "d" * 8, "h" + "d" * 10), _silent),
    "tw-travel": Kind("台湾居民来往大陆通行证号码", ("d" * 8,), _silent),
    "passport": Kind("护照号码", (), _passport),
    "uscc": Kind("统一社会信用代码", ("uudddddduuuuuuuuuu",), _firm),
    "organisation": Kind("组织机构代码", ("aaaaaaaa-x",), _organisation, _hyphened),
    "division": Kind("行政区划代码", tuple("d" * length for length in (2, 4, 6, 9, 12)), _division),
    "real-estate-unit": Kind("不动产单元代码", ("d" * 12 + "ol" + "ddddd" + "f" + "d" * 8,), _unit),
    "licence": Kind("电子证照标识", (), _licence),
    "project": Kind(
        "投资项目代码", ("dddd-" + "d" * 6 + "-dd-dd-" + "d" * 6, "d" * 13 + "-dd-dddd-dd"), _project, _project_hyphened
    ),
}
"""Every kind of CLI.md's `identify`, by its name there."""

PERSONS = ("citizen", "citizen-15", "hmt-residence", "foreign-permanent")
"""The kinds that say who a person is by digits alone."""

TELLING = frozenset({*PERSONS, "uscc", "organisation", "real-estate-unit", "licence"})
"""The kinds whose shape or check leaves no doubt: a number of one of them, given as another, is named."""

RECOGNISED: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("licence", lambda text: text.startswith("1.2.156.")),
    ("hmt-residence", lambda text: text[:6] in PERMITS),
    ("foreign-permanent", lambda text: text[:1] == "9" and is_province(text[1:3]) and nationality(text[3:6]) is not None),
    ("citizen", lambda text: is_province(text[:2])),
    ("uscc", _always),
    ("citizen", _always),
    ("division", lambda text: len(text) != 9 or division_name(text[:6], date.max.year) is not None),
    ("hm-travel", _always),
    ("tw-travel", _always),
    ("passport", lambda text: re.fullmatch(r"[EG][0-9]{8}|E[A-Z][0-9]{7}", text) is not None),
    ("organisation", _always),
    ("foreign-permanent-old", _always),
    ("citizen-15", _always),
    ("real-estate-unit", _always),
    ("project", _always),
)
"""In which order a number of unknown kind is tried, and what must hold beside its shape."""
