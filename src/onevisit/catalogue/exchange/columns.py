"""Which column means which place of a definition or an offer (导入导出的列): the official element names and their variants.

GB/T 39046-2020 table 4 and the systems on C0109.2. What the official list has no column for has one under our own name
(`core.shape.NAMES`), made from the types themselves: an element that is added to the format is exported the same day.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from onevisit.core.definition import (
    Condition,
    Faq,
    Fee,
    Field,
    LegalBasis,
    Limits,
    Material,
    MaterialForm,
    Parameter,
    Party,
    Presence,
    Question,
    Result,
    Step,
)
from onevisit.core.offers import OfferPlace, ParameterValue
from onevisit.core.shape import NAMES, Element, elements, to_json

Path = tuple[str, ...]
FACT = "~"
"""A path that begins with this is no place of a definition: what is said there is weighed with other cells (`facts`)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `part` is the list to whose entries it belongs ("" = the item itself), `path` the place within."""

    part: str
    path: Path
    header: str
    kind: str = "text"
    default: object = field(default=None, compare=False)
    """What is left out: absent and this are the same."""


@dataclass(frozen=True, slots=True)
class Part:
    """A list of a definition or an offer, in a sheet of its own: `titles` are names of that sheet, ours first."""

    record: type
    titles: tuple[str, ...]
    lead: str
    """The element that names an entry: where it holds several names, there are several entries."""


PARTS: Mapping[str, Part] = {
    "limits": Part(Limits, ("时限", "办理时限", "办结时限"), "promised"),
    "parties": Part(Party, ("当事人",), "name"),
    "conditions": Part(Condition, ("条件", "受理条件", "申请条件"), "text"),
    "questions": Part(Question, ("情形", "办理情形", "情形选项"), "ask"),
    "materials": Part(Material, ("材料", "申请材料", "申报材料", "材料信息", "材料清单", "办理材料"), "name"),
    "form": Part(Field, ("表单", "申请表", "表单字段"), "label"),
    "process": Part(Step, ("环节", "办理环节", "流程环节", "办理流程", "流程"), "name"),
    "fees": Part(Fee, ("收费", "收费信息", "收费项目"), "name"),
    "results": Part(Result, ("结果", "审批结果", "办理结果", "结果信息"), "name"),
    "faq": Part(Faq, ("常见问题", "问答", "常见问答"), "q"),
    "parameters": Part(Parameter, ("可调参数",), "label"),
    "offer.places": Part(OfferPlace, ("办理地点", "办理地点信息", "大厅"), "hall"),
    "offer.limits": Part(Limits, ("本地时限",), "promised"),
    "offer.parameters": Part(ParameterValue, ("参数取值",), "id"),
}  # fmt: skip
ITEM = ("事项", "事项信息", "基本信息", "事项清单", "事项基本信息", "实施清单", "政务服务事项", "事项要素")
"""Names of the sheet of the items, ours first."""

OFFICIAL: Mapping[tuple[str, ...], str] = {
    ("limits", "legal"): "法定办结时限", ("limits", "promised"): "承诺办结时限", ("limits", "unit"): "时限单位",
    ("conditions", "text"): "受理条件",
    ("materials", "name"): "材料名称", ("materials", "basis"): "要求提供材料的依据", ("materials", "issued_by"): "出具机构",
    ("materials", "necessary"): "是否必备材料", ("materials", "form", "template"): "空白表格",
    ("materials", "form", "sample"): "示例样表", ("materials", "form", "paper"): "纸质材料规格",
    ("materials", "note"): "填报须知",
    ("fees", "name"): "收费项目名称", ("fees", "amount"): "收费标准", ("fees", "basis"): "收费依据",
    ("results", "name"): "结果名称", ("results", "sample"): "结果样本",
    ("offer.places", "hall"): "大厅名称", ("offer.places", "address"): "办理地点", ("offer.places", "hours"): "办理时间",
    ("offer.limits", "promised"): "本地承诺办结时限", ("offer.limits", "legal"): "本地法定办结时限",
}  # fmt: skip
"""Elements of lists that have an official name; the header is theirs in every table."""

CHOICES: Mapping[tuple[str, str], str] = {
    ("form", "type"): "field_type", ("parameters", "type"): "parameter_type",
}  # fmt: skip
OWN_KINDS: Mapping[tuple[str, str], str] = {("materials", "source"): "named:source", ("fees", "amount"): "amount"}
KINDS: Mapping[str, str] = {"by": "named:by", "special": "named:special", "division": "code", "also_at": "when:at"}


def _item(header: str, *path: str, kind: str = "text", default: object = None) -> Column:
    return Column("", path, header, kind, default)


ITEM_COLUMNS: tuple[Column, ...] = (
    _item("事项名称", "item", "name"),
    _item("事项代号", "item", "key"),
    _item("基本编码", "item", "code", kind="code"),
    _item("事项类型", "item", "type", kind="type"),
    _item("行使层级", "level", kind="choice:level"),
    _item("行政管辖代码", "offer", "division", kind="code"),
    _item("部门", "item", "department"),
    _item("实施主体代码", "offer", "department", kind="code"),
    _item("设定依据", "item", "basis", kind="basis"),
    _item("服务对象", "audience", kind="choices:audience"),
    _item("服务主题", "item", "theme", kind="words"),
    _item("办件类型", "handling", kind="choice:handling", default="promised"),
    _item("办理系统", "handled_in", kind="choice:handled_in", default="here"),
    _item("网办深度", "depth", kind="integer"),
    _item("到办事现场次数", "visits", kind="integer"),
    _item("咨询电话", "offer", "phones", "consult", kind="phone", default=""),
    _item("监督电话", "offer", "phones", "complaint", kind="phone", default=""),
    _item("增加的办理方式", "offer", "also_at", kind="when:at"),
    _item("规则", "rules", kind="options"),
    _item("所延续的证照", "renews", kind="record"),
    _item("所变更的证照", "acts_on"),
    _item("法定例外·原因", "exception", "why"),
    _item("法定例外·设定依据", "exception", "basis", kind="basis"),
    _item("法定例外·截止日期", "exception", "until"),
)  # fmt: skip

SECOND: tuple[Column, ...] = (
    _item("事项类型代码", "item", "type", kind="type"),
    _item("行使层级代码", "level", kind="choice:level"),
    _item("服务对象代码", "audience", kind="choices:audience"),
    _item("网上办理深度", FACT, "depth"),
    _item("实施编码", FACT, "code", kind="code"),
    _item("实施主体", FACT, "body"),
    _item("办理形式", FACT, "forms", kind="choices:at"),
    _item("办理形式代码", FACT, "forms", kind="choices:at"),
    _item("办理流程", FACT, "flow"),
    _item("是否网办", FACT, "online", kind="flag"),
    _item("是否支持自助终端办理", FACT, "kiosk", kind="flag"),
    _item("是否支持申报材料邮寄", FACT, "post", kind="flag"),
    _item("是否支持办件结果邮寄", FACT, "courier", kind="flag"),
    _item("是否支持物流快递", FACT, "courier", kind="flag"),
    _item("必须现场办理原因说明", FACT, "reason"),
    _item("是否收费", FACT, "charges", kind="flag"),
    Column("faq", (FACT, "text"), "常见问题"),
    Column("limits", (FACT, "legal_unit"), "法定办结时限单位", "choice:unit"),
    Column("limits", (FACT, "promised_unit"), "承诺办结时限单位", "choice:unit"),
    Column("materials", (FACT, "origin"), "来源渠道"),
    Column("materials", (FACT, "necessity"), "材料必要性"),
    Column("materials", (FACT, "originals"), "原件份数", "integer"),
    Column("materials", (FACT, "copies"), "复印件份数", "integer"),
    Column("materials", (FACT, "medium"), "材料形式"),
)  # fmt: skip
"""Official columns that say once more, or together with others, what has its place above."""

VARIANTS: Mapping[str, str] = {
    "事项名称": "名称 事项 政务服务事项名称 服务事项名称 权力名称 主项名称 办理项名称 业务办理项名称 实施清单名称 基本目录名称",
    "基本编码": "事项基本编码 基本目录编码 国家基本编码 目录编码 事项编码 权力编码",
    "事项代号": "事项标识", "实施编码": "事项实施编码 实施清单编码 国家实施编码",
    "事项类型": "类型 权力类型 事项类别 权力类别 政务服务事项类型", "事项类型代码": "权力类型代码",
    "行使层级": "层级 实施层级 行政层级 级别", "行政管辖代码": "行政区划代码 区划代码 区划编码 行政区划 行政区划编码",
    "部门": "所属部门 主管部门", "实施主体": "实施主体名称 实施机构 实施机关 办理部门 责任部门 实施部门 部门名称",
    "实施主体代码": "实施主体编码 统一社会信用代码 实施机构代码 实施主体统一社会信用代码 组织机构代码",
    "设定依据": "法律依据 实施依据 办理依据 依据 政策依据 设立依据", "服务对象": "办理对象 面向对象 服务对象类型 行政相对人",
    "服务主题": "主题 主题分类 服务主题分类 面向自然人主题分类 面向法人主题分类", "办件类型": "办理类型 办件类别",
    "法定办结时限": "法定时限 法定期限 法定办理时限 法定办结期限",
    "承诺办结时限": "承诺时限 承诺期限 承诺办理时限 承诺办结期限 办理时限",
    "法定办结时限单位": "法定时限单位 法定单位", "承诺办结时限单位": "承诺时限单位 承诺单位",
    "网上办理深度": "互联网办理深度 网办程度",
    "到办事现场次数": "到现场次数 跑动次数 办理跑动次数 到办事窗口次数 最多跑动次数 现场次数",
    "必须现场办理原因说明": "现场办理原因 必须到现场原因说明 必须现场办理的原因 到现场原因",
    "咨询电话": "咨询方式 咨询服务电话 联系电话 窗口电话",
    "监督电话": "投诉电话 监督投诉电话 监督投诉方式 投诉监督电话 投诉渠道",
    "办理形式": "办理方式 申请方式 受理方式", "办理流程": "流程 办理程序 办理流程说明 流程图说明",
    "是否网办": "是否网上办理 能否网办 是否可网办",
    "是否支持自助终端办理": "是否支持自助办理", "是否支持办件结果邮寄": "结果是否邮寄 是否支持结果邮寄",
    "是否支持物流快递": "是否支持快递 是否支持邮寄",
    "是否收费": "收费情况 是否涉及收费", "受理条件": "申请条件 办理条件 准予条件 申办条件",
    "材料名称": "申请材料 申报材料 申请材料名称 申报材料名称 材料",
    "要求提供材料的依据": "材料依据 要求提供材料依据 材料设定依据",
    "出具机构": "材料出具机构 材料来源部门 出具单位 开具单位", "是否必备材料": "是否必备 是否必要 是否必须",
    "来源渠道": "材料来源 材料来源渠道",
    "空白表格": "空白表 空白表样 空白样表 空白表格下载", "示例样表": "样本 样表 示范文本 填写样例 示例样本 样例",
    "填报须知": "备注 材料填报须知 材料说明 材料备注", "纸质材料规格": "纸张 规格 材料规格", "材料形式": "材料介质 材料载体",
    "原件份数": "原件数量 原件数", "复印件份数": "复印件数量 复印件数", "材料必要性": "材料必要程度",
    "收费项目名称": "收费项目 收费名称", "收费标准": "收费金额 标准",
    "结果名称": "审批结果名称 办理结果名称 审批结果 办理结果 结果文书名称 审批结果类型名称",
    "结果样本": "结果样本下载 审批结果样本 结果样例", "常见问题": "常见问题解答 常见问题与解答 问答",
    "大厅名称": "政务大厅 所在大厅 办理大厅", "办理地点": "办理地址 办公地址 窗口地址 地址",
    "办理时间": "办公时间 工作时间 接待时间",
}  # fmt: skip

UNPLACED = (
    "权限划分 行使内容 实施主体性质 实施主体性质代码 法定办结时限说明 承诺办结时限说明 共同实施部门 联办机构 "
    "共同实施部门代码 承办机构 承办机构代码 中介服务 是否存在中介服务 中介服务名称 数量限制 通办范围 "
    "通办范围代码 法人服务主题代码 自然人服务主题代码 特别程序 行政管辖 是否支持预约办理 是否支持网上支付 "
    "网办地址 运行系统层级 咨询方式代码 出具时间要求 材料办理说明 材料办理地点 材料使用说明 事项版本 "
    "事项状态 地方基本编码 地方实施编码 业务办理项编码 权力来源 委托部门 计划生效日期 计划取消日期 "
    "计算机端是否对接单点登录 计算机端在线办理跳转地址 移动端是否对接单点登录 移动端办理地址 是否进驻政务大厅 "
    "每天可预约办理量 预约规则说明 审批结果类型 乡镇街道名称 乡镇街道代码 村居社区名称 村居社区代码 "
    "是否允许减免 允许减免依据 材料类型 来源渠道说明 纸质材料份数 受理标准 依法享有的权利 依法履行的义务 "
    "行政复议部门 行政诉讼部门 交通指引 办件类型代码 "
)
"""Official elements that have no place in a definition, nor in an offer."""
UNKEPT: Mapping[str, str] = {
    **dict.fromkeys(
        UNPLACED.split(),
        "事项定义里没有放它的位置，这一列没有读入",
    ),
    **dict.fromkeys(("序号", "编号", "行号"), "只是表格的行号，没有读入"),
}  # fmt: skip
"""Official columns of which nothing is taken, and why."""
JOINS = ("事项序号", "实施编码", "基本编码", "事项代号", "事项名称")
"""By what the rows of several sheets belong together, the surest first."""
ORDINAL = Column("", (FACT, "ordinal"), "事项序号", "code")


def plain(header: str) -> str:
    """A header as it is compared: half-width, without blanks, stars, numbers in front and what stands in brackets.

    >>> plain("* 承诺办结时限（工作日）："), plain("3.材料 名称"), plain("材料·标识")
    ('承诺办结时限', '材料名称', '材料·标识')
    """
    text = "".join(unicodedata.normalize("NFKC", header).split())
    text = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】", "", text)
    return re.sub(r"^\d+[.、]|^[*★#]+|[*★:。]+$", "", text)


@cache
def part_columns(part: str) -> tuple[Column, ...]:
    """The columns of one list, one for each place of its entries."""
    return tuple(_columns(part, PARTS[part].record, ()))


def _columns(part: str, record: type, path: Path) -> list[Column]:
    found: list[Column] = []
    for element in elements(record):
        here = (*path, element.name)
        if element.kind.record is MaterialForm:
            found += _columns(part, MaterialForm, here)
        else:
            default = None if element.required else to_json(element.default)
            found.append(Column(part, here, _header(part, here), _kind(part, element), default))
    return found


def _header(part: str, path: Path) -> str:
    local = "本地" if part == "offer.limits" else ""
    return OFFICIAL.get((part, *path)) or local + NAMES[path[-1]]


def _kind(part: str, element: Element) -> str:
    kind, named = element.kind, (part, element.name)
    if named in OWN_KINDS or element.name in KINDS:
        return OWN_KINDS.get(named) or KINDS[element.name]
    if kind.form == "choice":
        return f"choice:{CHOICES.get(named, element.name)}"
    if kind.form == "list" and kind.of:
        inner = {"choice": f"choices:{element.name}", "text": "words"}
        return "basis" if kind.of.record is LegalBasis else inner.get(kind.of.form, "nested")
    if kind.form == "map" and kind.of:
        return "when" if kind.of.form == "list" else "options"
    if kind.form == "record":
        return "bare:reason" if kind.record is Presence else "record"
    return kind.form


@lru_cache(maxsize=10_000)
def header(path: str) -> str:
    """The header under which every table can hold what stands at a path of a document, "" where it has none.

    >>> header("materials.contract.basis"), header("offer.phones.consult"), header("limits.promised"), header("process")
    ('要求提供材料的依据', '咨询电话', '承诺办结时限', '')
    >>> header("conditions.age.basis"), header("item.basis")
    ('条件·设定依据', '设定依据')
    """
    keys = tuple(path.split("."))
    own = {column.path: column.header for column in ITEM_COLUMNS}
    if keys in own:
        return own[keys]
    part = next((part for part in sorted(PARTS, key=len, reverse=True) if path.startswith(f"{part}.")), "")
    rest = keys[part.count(".") + 1 :] if part else ()
    found = {column.path: whole(column) for column in part_columns(part)} if part else {}
    return found.get(rest) or found.get(rest[1:]) or ""


def title(part: str) -> str:
    """The name of a list's sheet, as we write it."""
    return PARTS[part].titles[0] if part else ITEM[0]


def whole(column: Column) -> str:
    """The header of a column in a table that holds everything: its own where that says enough, else behind its list's name."""
    own = not column.part or column.path[0] == FACT or (column.part, *column.path) in OFFICIAL
    return column.header if own or column.part == "offer.limits" else f"{title(column.part)}·{column.header}"


@cache
def everywhere() -> Mapping[str, Column]:
    """Header → column, for what every table may hold."""
    listed = [*ITEM_COLUMNS, *SECOND, ORDINAL, *(column for part in PARTS for column in part_columns(part))]
    found: dict[str, Column] = {}
    for column in listed:
        found.setdefault(plain(whole(column)), column)
        for part_title in PARTS[column.part].titles if column.part else ():
            found.setdefault(plain(f"{part_title}·{column.header}"), column)
    for header, others in VARIANTS.items():
        for other in others.split():
            found.setdefault(plain(other), found[plain(header)])
    return found


@cache
def within(part: str) -> Mapping[str, Column]:
    """Header → column, for what only the sheet of this list may hold: short names."""
    found = {plain(column.header): column for column in part_columns(part)}
    extra = {
        "faq": {"问题": "q", "答案": "a", "回答": "a", "解答": "a", "答复": "a"},
        "process": {"环节名称": "name", "办理时限": "days"},
    }
    own = {column.path: column for column in part_columns(part)}
    found |= {said: own[(key,)] for said, key in extra.get(part, {}).items()}
    if ("basis",) in own:
        found |= dict.fromkeys(("设定依据", "法律依据", "依据"), own["basis",])
    lead = own.get((PARTS[part].lead,))
    return found | ({"名称": lead, f"{title(part)}名称": lead} if lead and "名称" not in found else {})


@cache
def part_of_title(name: str) -> str | None:
    """The list whose sheet bears this name; "" for the items, None for a name that says nothing."""
    said = plain(name)
    if said in ITEM:
        return ""
    return next((part for part, one in PARTS.items() if said in one.titles or said == part), None)
