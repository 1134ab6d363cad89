"""One value of a definition as the text of one cell, and back: words that people read where they read back, else JSON.

`decode(kind, encode(kind, value)) == value` for every value, whatever stands in it; that is what makes an export whole.

>>> encode("when", {"deal": ["purchase", "gift"]}), decode("when", "deal=purchase，gift；loan=yes")
('deal=purchase,gift', {'deal': ['purchase', 'gift'], 'loan': ['yes']})
>>> encode("text", " a"), decode("text", '" a"'), decode("integer", "１０个工作日"), decode("flag", "否")
('" a"', ' a', 10, False)
>>> decode("basis", "《契税法》第九条：税务机关应当……")
[{'law': '契税法', 'article': '第九条', 'text': '税务机关应当……'}]
"""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from onevisit.catalogue.exchange import codesets
from onevisit.catalogue.exchange.cells import narrow
from onevisit.core.shape import NAMES

BREAKS = re.compile(r"[；;\n]")
COMMAS = re.compile(r"[；;、，,\n^|]")
UNSAFE = re.compile(r"[^\n -~\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|_x[0-9A-Fa-f]{4}_")
"""What a spreadsheet does not give back as it was written: control signs, half characters, its own escapes."""
COUNT = re.compile(r"(\d{1,9})(?:\.0+)?(?:个?工作日|个?自然日|日历日|天|日|次|份|个|年)?")
SPOKEN = re.compile("[零〇一二两三四五六七八九十百千]{1,9}(?=$|个|次|份|天|日|年|工作日|自然日)")
"""A number in Chinese numerals."""
NUMERALS = {sign: value for value, signs in enumerate(("零〇", "一", "二两", *"三四五六七八九")) for sign in signs}
TENS = {"十": 10, "百": 100, "千": 1_000}
AT_MOST = re.compile("(?:最多|至多|不超过|只需|只)?跑?(?=.+次$)")
NEVER = re.compile("零跑动|零跑腿|零上门|不用跑|不跑腿|一次不跑|一次都不跑|无需到场|无需到现场")
MONEY = re.compile(r"[¥￥]?(\d+(?:,\d{3})*(?:\.\d+)?)(?:元(?:/?每?[本证件份次张个户人])?)?")
ON_THE_SPOT = re.compile(
    r"即办件?|即来即办|即办即结|[当即][场日天时](办结|办理|办|告知)?|立等可取|立即(办结|办理)?|即时(办结|办理)?"
)
PARAGRAPH = "(?:第[一二三四五六七八九十0-9]+[款项目]|第[（(][^）)]{1,3}[）)]项)"
ARTICLE = re.compile(rf"\s*((?:第[〇零一二三四五六七八九十百千两0-9]+条(?:之[一二三四五六七八九十]+)?{PARAGRAPH}*[、和及至]?)+)")
NAMED: Mapping[str, Mapping[str, str]] = {
    "by": {"applicant": "申请人", "window": "综合窗口", "system": "系统", "department": "本部门", "regulator": "监管部门"},
    "source": {"applicant": "申请人自备", "commitment": "告知承诺"},
    "special": {
        "hearing": "听证", "tender": "招标", "auction": "拍卖", "inspection": "检验", "testing": "检测", "quarantine": "检疫",
        "appraisal": "鉴定", "expert_review": "专家评审", "own_law": "专门规定",
    },
}  # fmt: skip
"""Words of the format that stand in a text among others, as people write them."""

PLAIN = frozenset({"text", "amount", "code", "phone", "type", "named"})
"""Kinds of one text: brackets in it are only brackets."""


class Unreadable(ValueError):
    """A cell that does not say what its column is for; the message is one Chinese sentence without its place."""


def encode(kind: str, value: Any) -> str:
    """The text of a cell that `decode` takes back identically; "" for None."""
    if value is None:
        return ""
    with suppress(ValueError, TypeError, AttributeError, KeyError):
        said = _said(kind, value)
        if said == said.strip() and not UNSAFE.search(said) and _same(decode(kind, said), value):
            return said
    text = json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if UNSAFE.search(text) else text


def decode(kind: str, text: str) -> Any:
    """What a cell says, as JSON. Raises `Unreadable`."""
    text = text.strip()
    name, _, of = kind.partition(":")
    if text[:1] in ('"', "[", "{"):
        with suppress(ValueError, RecursionError):
            value = json.loads(text)
            if isinstance(value, str) or name not in PLAIN:
                return value
    return DECODERS[name](text, of)


def _same(one: Any, other: Any) -> bool:
    """Equal, the order of keys too, and true is not 1."""
    return json.dumps(one) == json.dumps(other)


def _said(kind: str, value: Any) -> str:
    name, _, of = kind.partition(":")
    return ENCODERS[name](value, of)


def _text(text: str, _: str) -> str:
    return text


def _code(text: str, _: str) -> str:
    return narrow(text)


def _integer(text: str, _: str) -> Any:
    said = narrow(text)
    said = AT_MOST.sub("", said, count=1) if said.endswith("次") else said
    if ON_THE_SPOT.fullmatch(said) or NEVER.fullmatch(said):
        return 0
    if spoken := SPOKEN.match(said):
        said = f"{_spoken(spoken[0])}{said[spoken.end() :]}"
    found = COUNT.fullmatch(said)
    if found is None and not re.fullmatch(r"-\d{1,9}", said):
        raise Unreadable(f"“{text}”不是整数，请只写数字，例如5。")
    return int(found[1] if found else said)


def _spoken(text: str) -> int:
    """六十 is 60, 一百二十 is 120, 十五 is 15."""
    whole = digit = 0
    for sign in text:
        if sign in TENS:
            whole, digit = whole + (digit or 1) * TENS[sign], 0
        else:
            digit = NUMERALS[sign]
    return whole + digit


def _phone(text: str, _: str) -> str:
    """Phones with half-width signs, an extension behind a stroke, and the area code of the first before each that has none."""
    said = re.sub("[—–－―‐−]+", "-", narrow(text))
    said = re.sub(r"(?:转|分机(?:号)?|EXT\.?)[:：]?(?=\d{1,6}(?!\d))", "-", said, flags=re.IGNORECASE)
    area = re.match(r"\(?(0\d{2,3})\)?-?\d{7,8}", said)
    if not area:
        return said
    return re.sub(r"(?<=[/、,;])(?=\d{7,8}(?!\d))(?!0)", f"{area[1]}-", said)


def _amount(text: str, _: str) -> str:
    """Yuan as decimal text; a computed one is named."""
    said = narrow(text)
    if said.startswith("rule:"):
        return text
    if re.fullmatch("免费|免收|不收费|不收取|无", said):
        return "0"
    found = MONEY.fullmatch(said)
    if found is None:
        raise Unreadable(f"“{text}”不是一个金额，请只写数字，单位是元；几种标准的分成几项写。")
    return found[1].replace(",", "")


def _decimal(text: str, _: str) -> Any:
    said = narrow(text)
    return int(said) if re.fullmatch(r"0|-?[1-9]\d*", said) else said


def _flag(text: str, _: str) -> bool:
    said = codesets.plain(text).casefold()
    if said not in codesets.YES | codesets.NO:
        raise Unreadable(f"“{text}”说不清是或者否，请写“是”或者“否”。")
    return said in codesets.YES


def _choice(text: str, of: str) -> str:
    try:
        return codesets.meaning(of, text)
    except codesets.NoSuchCode as why:
        raise Unreadable(str(why)) from why


def _type(text: str, _: str) -> str:
    """A type of items: a code has a name, any other word stands."""
    said = narrow(text)
    return _choice(text, "type") if said.isdigit() else codesets.TYPES.get(said, text)


def _choices(text: str, of: str) -> list[str]:
    return list(dict.fromkeys(_choice(part, of) for part in COMMAS.split(text) if part.strip()))


def _words(text: str, _: str) -> list[str]:
    return [part.strip() for part in COMMAS.split(text) if part.strip()]


def _named(text: str, of: str) -> str:
    known = {said: ours for ours, said in NAMED[of].items()}
    return known.get(text, text)


def _pairs(text: str) -> list[tuple[str, str]]:
    found = [re.split(r"[=＝:：]", part, maxsplit=1) for part in BREAKS.split(text) if part.strip()]
    if any(len(part) != 2 for part in found):
        raise Unreadable(f"“{text}”要写成“名称=取值”，几项之间用分号隔开。")
    return [(name.strip(), value.strip()) for name, value in found]


def _when(text: str, of: str) -> dict[str, list[str]]:
    return {name: [_answer(part, of) for part in re.split("[,，、/]", value) if part.strip()] for name, value in _pairs(text)}


def _answer(text: str, of: str) -> str:
    return _choice(text, of) if of else text.strip()


def _options(text: str, _: str) -> dict[str, str]:
    """`yes=是；no=否`; answers without a word of their own are their own word."""
    parts = [part.strip() for part in BREAKS.split(text) if part.strip()]
    if not any(re.search("[=＝]", part) for part in parts):
        return {part: part for part in (parts if len(parts) > 1 else _words(text, ""))}
    found = [re.split("[=＝]", part, maxsplit=1) for part in parts]
    return {part[0].strip(): part[-1].strip() for part in found}


def _record(text: str, _: str) -> dict[str, Any]:
    """`次数=2；退回环节=verify`, with our names of the keys; 有 is one that says nothing."""
    if text == "有":
        return {}
    keys = {said: key for key, said in NAMES.items()}
    return {keys.get(name, name): int(value) if re.fullmatch(r"0|[1-9]\d{0,8}", value) else value for name, value in _pairs(text)}


def _bare(text: str, key: str) -> dict[str, Any]:
    """A record of which people write one thing only; 是 if not even that."""
    return {} if text == "是" else {key: text}


def _nested(text: str, _: str) -> Any:
    raise Unreadable(f"“{text[:20]}”读不出来，这一格要写成JSON。")


def _basis(text: str, _: str) -> list[dict[str, str]]:
    parts = re.split(r"\n|(?<=[；;。])\s*(?=(?:[（(]?[\d一二三四五六七八九十]{1,2}[)）.、．]\s*)?《)", text)
    return [_law(part.strip().rstrip("；;")) for part in parts if part.strip("；;。 \t\u3000")]


def _law(text: str) -> dict[str, str]:
    text = re.sub(r"^[（(]?[\d一二三四五六七八九十]{1,2}[)）.、．]\s*(?=《)", "", text)
    found = re.match(r"《(.+?)》((?:[（(][^）)]*[）)])?)", text)
    if found:
        law, rest = found[1] + found[2], text[found.end() :]
    else:
        first = ARTICLE.search(text)
        law, rest = (text[: first.start()], text[first.start() :]) if first else (text, "")
    article = ARTICLE.match(rest)
    said = rest[article.end() :] if article else rest
    body = {"law": law.strip(), "article": article[1] if article else "", "text": said.strip(" \t\u3000：:，,。.")}
    if said.endswith("。") and body["text"]:
        body["text"] += "。"
    return {key: value for key, value in body.items() if value or key == "law"}


DECODERS: Mapping[str, Callable[[str, str], Any]] = {
    "text": _text, "amount": _amount, "code": _code, "integer": _integer, "decimal": _decimal, "flag": _flag, "choice": _choice,
    "choices": _choices, "type": _type, "words": _words, "named": _named, "when": _when, "options": _options, "record": _record,
    "bare": _bare, "phone": _phone, "basis": _basis, "nested": _nested,
}  # fmt: skip


def _laws_said(value: Any, _: str) -> str:
    return "\n".join(
        f"《{one['law']}》{one.get('article', '')}{'：' if one.get('text') else ''}{one.get('text', '')}" for one in value
    )


def _record_said(value: Any, _: str) -> str:
    return "；".join(f"{NAMES[key]}={inner}" for key, inner in value.items()) or "有"


def _when_said(value: Any, of: str) -> str:
    answers = {name: ",".join(codesets.word(of, one) if of else one for one in given) for name, given in value.items()}
    return "；".join(f"{name}={given}" for name, given in answers.items())


ENCODERS: Mapping[str, Callable[[Any, str], str]] = {
    **dict.fromkeys(("text", "amount", "code", "phone", "type", "integer", "decimal"), lambda value, _: str(value)),
    "flag": lambda value, _: "是" if value is True else "否",
    "choice": lambda value, of: codesets.word(of, value),
    "choices": lambda value, of: "；".join(codesets.word(of, one) for one in value),
    "words": lambda value, _: "；".join(value),
    "named": lambda value, of: NAMED[of].get(value, value),
    "when": _when_said,
    "options": lambda value, _: "；".join(f"{key}={said}" for key, said in value.items()),
    "record": _record_said,
    "bare": lambda value, key: value[key] if value else "是",
    "basis": _laws_said,
}
