"""The sentences of the guide (办事指南的说法): what a definition's words are called to people. Short, without office words."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from onevisit.core.definition import Field, LegalBasis, Limits, MaterialForm, Standard, Step, When
from onevisit.core.reasons import PLACES

LEVELS: Mapping[str, str] = {"city": "市级", "county": "县级", "town": "乡镇级", "village": "村级"}
AUDIENCES: Mapping[str, str] = {"person": "个人", "organisation": "企业和其他单位"}
HANDLING: Mapping[str, str] = {"instant": "即办件", "promised": "承诺件"}
KINDS: Mapping[str, str] = {"original": "原件", "copy": "复印件", "electronic": "电子件", "original_and_copy": "原件和复印件"}
SIGNATURES: Mapping[str, str] = {"applicant": "申请人签名", "seal": "加盖公章", "both": "签名并加盖公章", "none": ""}
UNITS: Mapping[str, str] = {"working_day": "个工作日", "calendar_day": "天"}
DELIVERY: Mapping[str, str] = {
    "licence": "电子证照存入“我的证照”", "courier": "快递送到家", "post": "邮寄", "door": "送上门", "hall": "到大厅领取",
    "online": "网上下载",
}  # fmt: skip
HOTLINE = "12345"
"""政务服务便民热线, 国办发〔2020〕53号."""
SHOWN = 12
"""Of a content hash so many characters are shown, the same ones wherever the guide stands (办事指南同源)."""


def short(content_hash: str) -> str:
    """The content hash as people see and compare it.

    >>> short("0123456789abcdef")
    '0123456789ab'
    """
    return content_hash[:SHOWN]


def basis(of: Sequence[LegalBasis]) -> str:
    """Where the law says so: 《契税法》第九条；《…》….

    >>> basis((LegalBasis("契税法", "第九条"),))
    '《契税法》第九条'
    """
    return "；".join(f"《{one.law}》{one.article}" for one in of)


def cited(text: str) -> dict[str, str]:
    """The law and its article that a table names in one cell, a blank between them.

    >>> cited("契税法 第九条"), cited("契税法")
    ({'law': '契税法', 'article': '第九条'}, {'law': '契税法', 'article': ''})
    """
    law, _, article = text.rpartition(" ")
    return {"law": law or article, "article": article if law else ""}


def days(number: int, unit: str) -> str:
    """A limit in words; 0 is on the spot.

    >>> days(5, "working_day"), days(0, "working_day")
    ('5个工作日', '当场')
    """
    return f"{number}{UNITS[unit]}" if number else "当场"


def limits(limit: Limits | None, handling: str) -> tuple[tuple[str, str], ...]:
    """The three limits, each with its name: by law, as promised, and for telling what is missing (行政许可法 arts. 32, 42)."""
    known = limit or Limits()
    legal = days(known.legal, known.unit) if known.legal is not None else "法律没有规定"
    told = "当场告知" if known.notice == 0 else f"收到之日起{days(known.notice, known.unit)}以内"
    return ("法定时限", legal), ("承诺时限", _promised(known, handling)), ("一次告知", told)


def _promised(limit: Limits, handling: str) -> str:
    if handling == "instant" and not limit.promised:
        return "材料齐全的，当场办结"
    return days(limit.promised, limit.unit) if limit.promised is not None else "没有另作承诺，按法定时限办"


def demand(form: MaterialForm | None) -> str:
    """What a paper must look like: 原件1份，A4，申请人签名."""
    if form is None:
        return ""
    copies = f"{form.copies}份" if form.copies else ""
    signature = SIGNATURES.get(form.signature, form.signature)
    return "，".join(part for part in (KINDS[form.kind] + copies, form.paper, signature) if part)


def only(when: When, standard: Standard) -> str:
    """In which situations something is asked for: “取得方式”选“受赠”时要; empty if always."""
    asked = {question.id: question for question in standard.questions}
    known = [(asked[name], values) for name, values in when.items() if name in asked]
    parts = [f"“{question.ask}”选{_either(question.options[value] for value in values)}" for question, values in known]
    return f"{'、'.join(parts)}时要" if parts else ""


def _either(words: Iterable[str]) -> str:
    return "或者".join(f"“{word}”" for word in words)


def amount(text: str) -> str:
    """What a fee costs; a computed one says when it is seen."""
    if text.startswith("rule:"):
        return "按规定自动计算，提交前可以看到金额；应缴0元的不用缴费"
    value = Decimal(text)
    return f"{value:,.2f}元" if value else "不收费"


def places(of: Iterable[str]) -> str:
    """Where something can be done: 线上、大厅."""
    return "、".join(PLACES[one] for one in of)


def delivery(of: Iterable[str]) -> str:
    """How a result comes: 电子证照存入“我的证照”，或者快递送到家."""
    return "，或者".join(DELIVERY[one] for one in of if one in DELIVERY)


def hands(step: Step, department: str, departments: Mapping[str, str]) -> str:
    """Who does a step, as the applicant knows them."""
    who, _, named = step.by.partition(":")
    other = departments.get(named, named)
    known = {"applicant": "您", "window": "综合窗口", "system": "系统自动办理", "regulator": "监管部门"}
    return known.get(who, other or department)


def pace(step: Step) -> str:
    """How long a step takes."""
    if step.days:
        return f"{step.days}个工作日" + ("，不计入时限" if step.special else "")
    return "即时" if step.instant else ""


def example(field: Field) -> str:
    """A value that shows how a field is filled in; invented, and plainly so."""
    if field.options:
        return next(iter(field.options.values()))
    samples: Mapping[str, str] = {
        "integer": "1", "decimal": "100.00", "money": "1000000.00", "date": "2026年1月1日", "month": "2026年1月", "yes_no": "是",
        "person_number": "示例号码", "credit_code": "示例代码", "phone": "示例手机号", "address": "示例路1号",
        "division": "示例县", "bank_account": "示例账号", "licence": "示例证照", "long_text": "示例说明",
    }  # fmt: skip
    return samples.get(field.type, f"示例{field.label}")
