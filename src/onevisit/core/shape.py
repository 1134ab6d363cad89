"""What the types of a definition look like from outside: the elements of each, read off the dataclasses once.

From this one description come the reader (`reading`), the canonical JSON (`to_json`) and the JSON Schema 2020-12 (`schema`).

>>> from onevisit.core.definition import Faq
>>> [element.name for element in elements(Faq)]
['q', 'a']
>>> to_json(Faq(q="要带什么？", a="什么都不用带。"))
{'q': '要带什么？', 'a': '什么都不用带。'}
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from onevisit.core.definition import FORMAT, Renewal, Standard
from onevisit.core.offers import Matter, Offer, Register

FILES: Mapping[str, type] = {"offer": Offer, "register": Register, "matter": Matter}
"""The key that marks a file beside standards, and what stands under it."""

NAMES: Mapping[str, str] = {
    "acts_on": "所变更的证照", "address": "地址", "after": "最早第几天", "also_at": "增加的办理方式", "amount": "金额",
    "applicant_days": "申请人整改天数", "article": "条款", "ask": "问题", "at": "办理方式", "audience": "服务对象",
    "authority": "签批权限", "basis": "设定依据", "before": "最晚第几天", "by": "办理主体", "cancelled": "已取消的证明",
    "code": "编码", "commitments": "可以承诺替代的证明", "complaint": "投诉电话", "conditions": "受理条件",
    "consult": "咨询电话", "copies": "份数", "days": "办理天数", "department": "部门", "depth": "网办深度",
    "division": "行政区划", "does": "环节类型", "exception": "法定例外", "extension": "可延长天数", "faq": "常见问题",
    "fees": "收费", "fields": "组内字段", "form": "表单", "format": "格式版本", "gives": "能证明的事项", "hall": "大厅",
    "handled_in": "办理系统", "handling": "办件类型", "help": "说明", "holder": "持证人", "hours": "办公时间", "id": "标识",
    "instant": "即时完成", "instead": "替代方式", "issued_by": "出具部门", "issuer": "颁发部门", "item": "事项",
    "items": "所含事项", "key": "事项代号", "kind": "原件或复印件", "label": "名称", "law": "法律名称", "lead": "牵头部门",
    "legal": "法定时限", "level": "行使层级", "licence": "证照类型", "licences": "电子证照", "limits": "时限",
    "materials": "申请材料", "max": "上限", "min": "下限", "name": "名称", "necessary": "是否必要", "needs": "前置环节",
    "note": "备注", "notice": "一次告知时限", "on": "触发结果", "one_of": "任选其一的组", "optional": "可以略去",
    "options": "选项", "outcomes": "可能的结果", "paper": "纸张", "parameters": "可调参数", "parties": "当事人",
    "pattern": "写法", "phones": "电话", "places": "办理地点", "presence": "须到现场", "process": "办理流程",
    "promised": "承诺时限", "provider": "提供部门", "q": "问", "a": "答", "questions": "办理情形", "reason": "理由",
    "renews": "所延续的证照", "repeat": "重复次数", "required": "是否必填", "result": "产生的结果",
    "result_of": "由哪个事项产生", "results": "审批结果", "rework": "整改后再办", "rule": "规则", "rules": "规则",
    "same_as": "同一数据", "sample": "样本", "sensitive": "敏感信息", "shared": "共享数据", "shown": "在哪个环节出示",
    "signature": "签名签章", "site": "地点标识", "source": "来源", "special": "特别程序", "supplement_days": "容缺补交天数",
    "surrender": "须交回", "template": "空白表", "text": "内容", "theme": "主题", "times": "次数", "to": "退回环节",
    "together": "须同时到场", "tolerance": "容缺", "type": "类型", "unit": "单位", "unobtainable": "无法开具的证明",
    "until": "截止日期", "value": "取值", "visits": "跑动次数", "when": "适用情形", "why": "原因", "windows": "窗口",
    "within": "间隔",
}  # fmt: skip
"""What each key is called in Chinese: for messages and as the schema's descriptions."""

Form = Literal["text", "integer", "decimal", "flag", "choice", "record", "list", "map"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value may be: `options` of a choice, `record` the type of a record, `of` what stands in a list or map."""

    form: Form
    options: tuple[str, ...] = ()
    record: type | None = None
    of: "Kind | None" = None


@dataclass(frozen=True, slots=True)
class Element:
    """One key of a record. `bare`: what a value without list (True: its entry) or without mapping (its key) means."""

    name: str
    kind: Kind
    required: bool
    default: Any
    pattern: str = ""
    low: int = 0
    high: int | None = None
    bare: str | bool = False


@cache
def elements(record: type) -> tuple[Element, ...]:
    """The keys of one type, in order."""
    hints = get_type_hints(record)
    return tuple(_element(one, hints[one.name]) for one in fields(record))


def _element(one: Any, hint: Any) -> Element:
    default = one.default_factory() if one.default_factory is not MISSING else one.default
    required = one.metadata.get("required", default is MISSING)
    known = {key: value for key, value in one.metadata.items() if key != "required"}
    return Element(one.name, _kind(hint), required, None if default is MISSING else default, **known)


def _kind(hint: Any) -> Kind:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return Kind("choice", options=tuple(option for option in arguments if option))
    if origin is tuple:
        return Kind("list", of=_kind(arguments[0]))
    if origin is Mapping:
        return Kind("map", of=_kind(arguments[1]))
    if type(None) in arguments:
        return _kind(next(one for one in arguments if one is not type(None)))
    if isinstance(hint, type) and is_dataclass(hint):
        return Kind("record", record=hint)
    plain: Mapping[type, Form] = {str: "text", int: "integer", bool: "flag", Decimal: "decimal"}
    return Kind(plain[hint])


def to_json(value: Any) -> Any:
    """The same value as JSON, defaults left out, decimals as text unless whole; `reading.read` takes it back identically."""
    if is_dataclass(value):
        record: type = type(value)
        pairs = ((element, getattr(value, element.name)) for element in elements(record))
        body = {element.name: to_json(given) for element, given in pairs if element.required or given != element.default}
        return {"format": FORMAT, **body} if isinstance(value, Standard) else _framed(value, body)
    if isinstance(value, Mapping):
        return {key: to_json(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [to_json(inner) for inner in value]
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else str(value)
    return value


def _framed(value: Any, body: dict[str, Any]) -> dict[str, Any]:
    marks = [mark for mark, record in FILES.items() if isinstance(value, record)]
    return {"format": FORMAT, marks[0]: body} if marks else body


def schema(of: str = "standard") -> dict[str, Any]:
    """The JSON Schema of one kind of file: standard, offer, register or matter."""
    found: dict[str, Any] = {}
    record = Standard if of == "standard" else FILES[of]
    body = _record_schema(record, found)
    if of != "standard":
        found[record.__name__] = dict(body)
        properties = {of: {"$ref": f"#/$defs/{record.__name__}"}}
        body = {
            "type": "object",
            "description": body["description"],
            "properties": properties,
            "required": [of],
            "additionalProperties": False,
        }
    else:
        body["properties"]["before"] = {
            **_element_schema(_before(), found),
            "description": "与renews并列：到期前多少个工作日提出延续申请",
        }
    body["properties"] = {"format": {"const": FORMAT, "description": NAMES["format"]}, **body["properties"]}
    body["required"] = ["format", *body["required"]]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"{FORMAT} {of}", **body, "$defs": found}


def _before() -> Element:
    """`before` may stand beside `renews` where that is only a licence type."""
    return next(element for element in elements(Renewal) if element.name == "before")


def _record_schema(record: type, found: dict[str, Any]) -> dict[str, Any]:
    parts = elements(record)
    return {
        "type": "object",
        "description": (record.__doc__ or "").split("\n")[0],
        "properties": {element.name: _element_schema(element, found) for element in parts},
        "required": [element.name for element in parts if element.required],
        "additionalProperties": False,
    }


def _element_schema(element: Element, found: dict[str, Any]) -> dict[str, Any]:
    shape = _kind_schema(element.kind, found)
    if element.kind.form == "integer":
        shape |= {"minimum": element.low} | ({"maximum": element.high} if element.high is not None else {})
    if element.pattern:
        shape["pattern"] = f"^({element.pattern})$"
    if element.required and element.kind.form in ("text", "list", "map"):
        shape[{"text": "minLength", "list": "minItems", "map": "minProperties"}[element.kind.form]] = 1
    if element.bare:
        inner = {"type": "string"} if isinstance(element.bare, str) else _kind_schema(element.kind.of or element.kind, found)
        shape = {"anyOf": [shape, inner]}
    default = to_json(element.default)
    if default not in (None, "", [], {}):
        shape["default"] = default
    return {**shape, "description": NAMES[element.name]}


def _kind_schema(kind: Kind, found: dict[str, Any]) -> dict[str, Any]:
    if kind.form == "record" and kind.record is not None:
        name = kind.record.__name__
        if name not in found:
            found[name] = {}
            found[name] = _record_schema(kind.record, found)
        return {"$ref": f"#/$defs/{name}"}
    if kind.form == "choice":
        return {"enum": list(kind.options)}
    if kind.form == "list" and kind.of:
        return {"type": "array", "items": _kind_schema(kind.of, found)}
    if kind.form == "map" and kind.of:
        return {"type": "object", "additionalProperties": _kind_schema(kind.of, found)}
    return {
        "type": {"text": ["string", "number"], "integer": "integer", "flag": "boolean", "decimal": ["number", "string"]}[
            kind.form
        ]
    }
