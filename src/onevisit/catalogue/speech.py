"""The guide as it is spoken (朗读文本): plain short sentences for a telephone, an assistant, whoever listens instead of reading.

The same guide as on the page: nothing is said that it does not say. Figures are written as they are read aloud; only the check
code at the end is spelled in its own characters, so that a listener can compare it with the page, the print and the window.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import cn2an
from django.conf import settings

from onevisit.catalogue import phrases
from onevisit.catalogue.guide import BRING, FETCH, GIVE_BACK, PROMISE, SHOW, Guide, GuideStep, MaterialLine

LONGEST = 60
"""Characters that a sentence has at most, where it has a comma to be cut at."""
TASKS = {
    BRING: "要您交",
    SHOW: "要您带原件来看",
    FETCH: "由我们来取，不用您准备",
    PROMISE: "只要您写一份承诺",
    GIVE_BACK: "领取结果的时候交回",
}
DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
VISITS = {0: "一次也不用跑", 1: "最多跑一次"}


def spoken(told: Guide) -> str:
    """The whole guide, a sentence a line; the last one names its version and check code."""
    return "\n".join(sentences(told))


def sentences(told: Guide) -> tuple[str, ...]:
    """The sentences in their order, each ended by 。or ？."""
    said = [one for part in _parts(told) for one in cut(read(part))]
    return (*said, _version(told))


def _parts(told: Guide) -> Iterator[str]:
    yield f"下面是{told.division_name}“{told.name}”的办事指南"
    yield f"{told.office_name}办理"
    yield from (f"{f'{one.label}，' if one.label else ''}{VISITS.get(one.visits, one.word)}。{one.why}" for one in told.doors)
    yield from told.reasons
    if told.situation:
        yield f"您的情况是：{told.situation}"
    yield f"{told.audience}可以办{'，要符合下面的条件' if told.conditions else ''}"
    yield from (one.text for one in told.conditions)
    most = "最多" if told.partial else ""
    yield f"材料{most}要您交{told.owed_count}份，我们{most}来取{told.fetched_count}份"
    yield from map(_material, told.materials)
    yield from (f"{one.name}，{one.text}" for one in told.limits)
    yield from (f"{one.name}，{one.text}" for one in told.fees)
    if not told.fees:
        yield "不收费"
    yield from (f"办好以后，您得到{one.name}{f'，{one.how}' if one.how else ''}" for one in told.results)
    yield f"办理一共有{len(told.rail)}步"
    yield from _steps(told.rail)
    yield from _places(told)
    for one in told.faq:
        yield from (f"有人问：{one.q}", f"回答：{one.a}")
    yield f"法律依据有{len(told.basis)}条，在网上可以看原文"


def _material(one: MaterialLine) -> str:
    says = [f"{one.name}，{TASKS[one.status]}", one.demand, one.note, f"来自{one.source_name}" if one.source_name else ""]
    return "。".join(part for part in says if part)


def _steps(rail: Sequence[GuideStep]) -> Iterator[str]:
    """Each step with its number; those of one group say that they run at the same time."""
    for number, one in enumerate(rail, 1):
        same = "，与上一步同时进行" if number > 1 and rail[number - 2].group == one.group else ""
        there = "，要到场" if one.presence else ""
        yield f"第{number}步，{one.name}，由{one.who}{'' if one.who.endswith('办理') else '办'}{same}{there}。{one.note}"


def _places(told: Guide) -> Iterator[str]:
    yield "在网上办，全天都可以"
    for one in told.places:
        yield f"也可以到{one.hall}办{f'，地址是{one.address}' if one.address else ''}。{one.hours}"
    yield from (f"{one.name}，{one.number}" for one in told.phones)


def _version(told: Guide) -> str:
    day = told.published_at.astimezone(settings.ZONE).date()
    head = read(f"以上是第{told.version}版，{_day(day)}公布")
    return f"{head}，校验码是 {spelled(told.content_hash)}。"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def spelled(content_hash: str) -> str:
    """The content hash as it is shown everywhere, character by character."""
    return " ".join(phrases.short(content_hash))


@dataclass(frozen=True, slots=True)
class Rule:
    """What is written one way and read another."""

    written: re.Pattern[str]
    read: Callable[[re.Match[str]], str]


def _digits(text: str) -> str:
    return "".join(DIGITS.get(one, one) for one in text)


def _phone(found: re.Match[str]) -> str:
    """Digit by digit, 一 as 幺, which nobody takes for 七."""
    return "，".join(_digits(part).replace("一", "幺") for part in found[0].split("-"))


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    return f"{_number(str(hour))}点{f'{_number(str(minute))}分' if minute else ''}"


def _number(text: str) -> str:
    whole, _, rest = text.replace(",", "").partition(".")
    if len(whole) > LARGEST:
        return _digits(text)
    rest = rest.rstrip("0")
    said: str = cn2an.an2cn(f"{int(whole)}.{rest}" if rest else str(int(whole)), "low")
    return said


def _money(found: re.Match[str]) -> str:
    """An amount: 一千二百元五角."""
    whole, _, cents = found[1].replace(",", "").partition(".")
    small = "".join(f"{_number(digit)}{name}" for digit, name in zip(cents[:2], "角分", strict=False) if digit != "0")
    said = _number(whole)
    return f"{'两' if said == '二' else said}元{small}"


def _counted(found: re.Match[str]) -> str:
    """A number as it is read before what it counts: 两份, not 二份."""
    number, unit = found[1], found[2] or ""
    if len(number) > LONG_NUMBER and "," not in number and "." not in number:
        return _digits(number) + unit
    said = _number(number)
    return f"{'两' if said == '二' and unit else said}{unit}"


LARGEST = 16
"""Figures of the largest number that has a name."""
LONG_NUMBER = 8
"""Figures of a number that is no amount but a code."""
COUNTED = "个份次天种项张件页户间步人套"
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
RULES = (
    Rule(re.compile(r"〔(\d{4})〕(\d+)号"), lambda found: f"{_digits(found[1])}年第{_number(found[2])}号"),
    Rule(re.compile(r"(?<=[\d点分天日月年])\s*[-—–~～]+\s*(?=\d)(?!\d{7})"), lambda found: "到"),
    Rule(re.compile(r"(?<!\d)(?:0\d{2,3}-\d{7,8}|1\d{10}|1\d{4})(?![\d,.]|元|个|份|平)"), _phone),
    Rule(re.compile(r"(\d{1,2})[:：](\d{2})(?!\d)"), _clock),
    Rule(re.compile(r"(?<!\d)(?:19|20)\d\d(?=年(?!以))"), lambda found: _digits(found[0])),
    Rule(re.compile(rf"({NUMBER})元"), _money),
    Rule(re.compile(rf"({NUMBER})[%％]"), lambda found: f"百分之{_number(found[1])}"),
    Rule(re.compile(r"(?<![A-Za-z])A(\d)(?!\d)"), lambda found: f"A{_digits(found[1])}纸"),
    Rule(re.compile(rf"(?<=第)({NUMBER})()"), _counted),
    Rule(re.compile(rf"({NUMBER})([{COUNTED}])?"), _counted),
)
"""In this order: what has been read is not read again."""
WORDS = {
    "？”": "，", "?”": "，", "县（区）": "县或者区", "乡镇（街道）": "乡镇或者街道", "村（社区）": "村或者社区",
    "m²": "平方米", "㎡": "平方米", "m2": "平方米", "km": "公里", "kg": "公斤", "MB": "兆", "PDF": "电子文件",
}  # fmt: skip
"""What is read another way whatever stands around it. A question that is quoted is no question: “由谁取得？”选“个人”时要."""
MARKS = str.maketrans({
    **dict.fromkeys("《》“”‘’\"'〔〕[]【】□☑", ""), **dict.fromkeys("（）()　—–~～·,", "，"), ":": "，", "：": "，",
    "；": "。", ";": "。", "/": "或者", "!": "。", "?": "？", "+": "加", "－": "到",
})  # fmt: skip
RUNS = re.compile(r"[，、\s]*([。？])[，。、\s]*|[，\s]*，[，\s]*")


def read(text: str) -> str:
    """The text as it is read aloud: no figures, quotation marks, brackets or shortened units.

    >>> read("承诺时限：2个工作日，收费1,200.50元（契税）")
    '承诺时限，两个工作日，收费一千二百元五角，契税，'
    >>> read("周一至周五09:00-17:30，电话0552-3110012")
    '周一至周五九点到十七点三十分，电话零五五二，三幺幺零零幺二'
    """
    for short, long in WORDS.items():
        text = text.replace(short, long)
    for rule in RULES:
        text = rule.written.sub(rule.read, text)
    return RUNS.sub(lambda found: found[1] or "，", text.translate(MARKS))


def cut(text: str) -> Iterator[str]:
    """The sentences of a text, a long one cut at its commas.

    >>> list(cut("您带原件，我们看一眼。可以吗？可以"))
    ['您带原件，我们看一眼。', '可以吗？', '可以。']
    """
    for whole in re.findall(r"[^。？\n]+[。？]?", text):
        body, end = whole.rstrip("。？").strip("，、 "), "？" if whole.endswith("？") else "。"
        kept = ""
        for part in filter(None, body.split("，")):
            if kept and len(kept) + len(part) >= LONGEST:
                yield f"{kept}。"
                kept = ""
            kept = f"{kept}，{part}" if kept else part
        if kept:
            yield f"{kept}{end}"
