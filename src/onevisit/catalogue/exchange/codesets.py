"""The words and codes in which official tables write a choice (代码集), both ways. GB/T 39046-2020 annex A; systems on C0109.2.

>>> meaning("level", "4"), meaning("level", "县级"), meaning("handling", "１"), word("at", "hall")
('county', 'county', 'instant', '窗口办理')
>>> meaning("level", "省级")
Traceback (most recent call last):
    ...
onevisit.catalogue.exchange.codesets.NoSuchCode: “省级”不是一座城市的层级，请写：市级、县级、乡镇级、村级。
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache


class NoSuchCode(ValueError):
    """A word or code that its set does not have; the message says which there are."""


@dataclass(frozen=True, slots=True)
class CodeSet:
    """One set: our word → the one that we write; other words and codes that mean it; why some that exist are refused."""

    words: Mapping[str, str]
    also: Mapping[str, str]
    refusal: str = "不认识“{said}”，请写：{known}。"
    codes: Mapping[str, str] | None = None
    """Our word → the official code, where there is one."""


def _many(**words: str) -> dict[str, str]:
    """Other words → ours, from ours → others with a blank between."""
    return {other: ours for ours, others in words.items() for other in others.split()}


TYPES: Mapping[str, str] = {
    "00": "行政权力事项", "01": "行政许可", "02": "行政处罚", "03": "行政强制", "04": "行政征收", "05": "行政给付",
    "06": "行政检查",
    "07": "行政确认", "08": "行政奖励", "09": "行政裁决", "10": "其他类别事项", "20": "公共服务事项",
}  # fmt: skip
"""事项类型, GB/T 39046-2020 A.1: code → name."""

SETS: Mapping[str, CodeSet] = {
    "type": CodeSet(
        words={name: name for name in TYPES.values()},
        also={**TYPES, **{str(int(code)): name for code, name in TYPES.items()}, "公共服务": "公共服务事项",
        "其他行政权力": "其他类别事项"},
        refusal="事项类型没有“{said}”这个代码，请写：{known}。",
        codes={name: code for code, name in TYPES.items()},
    ),
    "level": CodeSet(
        words={"city": "市级", "county": "县级", "town": "乡镇级", "village": "村级"},
        also=_many(
            city="3 市级/隶属 隶属 市 地市级 设区的市级 市本级",
            county="4 县 区 区县级 县区级 区级 县(区)级 县(市、区)级 县市区级 "
            "区(县)级 区(县) 县(区) 县(市、区) 县(市) 县(市)级 市(县、区)级 区县 县区 县市区",
            town="5 镇(乡、街道)级 镇级 乡级 街道 街道级 乡镇(街道)级 乡镇街道级 镇街级 "
            "乡镇(街道) 乡(镇) 乡(镇)级 乡(镇、街道) 乡(镇、街道)级 镇(街道) 镇(街道)级 镇街 乡镇 乡 镇",
            village="6 村(社区)级 社区级 村社区级 村居级 村 村(社区) 村(居) 村(居)级 社区 村居",
        ),
        refusal="“{said}”不是一座城市的层级，请写：{known}。",
        codes={"city": "3", "county": "4", "town": "5", "village": "6"},
    ),
    "audience": CodeSet(
        words={"person": "自然人", "organisation": "企业法人"},
        also=_many(
            person="1 个人 公民",
            organisation="2 3 4 5 6 9 法人 企业 事业法人 社会组织法人 非法人企业 非法人组织 行政机关 其他组织 其他 单位",
        ),
        codes={"person": "1", "organisation": "2"},
    ),
    "handling": CodeSet(
        words={"instant": "即办件", "promised": "承诺件"},
        also=_many(instant="1 即办 当场办结", promised="2 承诺 上报件 承诺办结"),
        refusal="办件类型“{said}”说不清办多久，请写：{known}。",
        codes={"instant": "1", "promised": "2"},
    ),
    "handled_in": CodeSet(
        words={"here": "本平台", "pushed": "部门系统，结果送回", "elsewhere": "其他系统"}, also={},
    ),
    "unit": CodeSet(
        words={"working_day": "工作日", "calendar_day": "自然日"},
        also=_many(working_day="1 个工作日 W", calendar_day="2 个自然日 日历日 天 日 N"),
        refusal="时限单位“{said}”不能用，请换算以后写：{known}。",
        codes={"working_day": "1", "calendar_day": "2"},
    ),
    "at": CodeSet(
        words={
            "online": "网上办理", "kiosk": "自助终端", "post": "快递申请", "agent": "代办", "door": "上门", "hall": "窗口办理",
            "licence": "电子证照", "courier": "快递送达",
        },
        also=_many(
            online="2 3 电脑端网上办理 移动端网上申请 网上申请 网上 网办 线上 线上办理 全程网办 互联网 手机",
            hall="1 窗口 大厅 现场办理 现场 线下 线下办理 窗口领取 大厅办理", post="4 邮寄 邮递 邮寄申请",
            courier="快递 物流快递 邮寄送达",
            kiosk="自助 自助机 自助办理", agent="帮办 帮办代办", door="上门服务 上门办理", licence="电子证照送达",
        ),
        refusal="办理形式没有“{said}”，请写：{known}。",
        codes={"hall": "1", "online": "2", "post": "4"},
    ),
    "does": CodeSet(
        words={
            "precheck": "预审", "submit": "申请", "receive": "收件", "accept": "受理", "verify": "核验", "review": "审查",
            "inspect": "勘验",
            "consult": "会商", "publicise": "公示", "decide": "决定", "sign": "签署", "pay": "缴费", "issue": "制证",
            "deliver": "送达",
        },
        also=_many(
            submit="申报 提交 提交申请 申请与受理", receive="接件 收件登记", verify="核查 核对 验证",
            review="审核 初审 复审 复核 审查与决定 审批",
            inspect="现场勘验 踏勘 现场踏勘 现场核查 现场检查 实地核查", consult="评审 会审 论证", publicise="公告 公布",
            decide="审定 核准 批准 核定 登簿 决定审批", sign="签字 签名 面签", pay="收费 缴税 缴款",
            issue="发证 颁证 办结 制作 出证 颁发",
            deliver="领取 取件 发放 送达领取 领证 结果送达",
        ),
        refusal="环节类型没有“{said}”，请写：{known}。",
    ),
    "authority": CodeSet(
        words={"window": "窗口", "chief": "审批科长", "head": "部门负责人", "meeting": "集体审议",
        "registrar": "登簿人员"}, also={},
    ),
    "kind": CodeSet(
        words={"original": "原件", "copy": "复印件", "electronic": "电子件", "original_and_copy": "原件和复印件"},
        also=_many(
            original="正本 纸质 纸质原件", copy="纸质复印件 副本复印件", electronic="电子 电子化 电子版 电子文档",
            original_and_copy="原件及复印件 原件、复印件 原件与复印件 原件复印件",
        ),
        refusal="“{said}”说不清要原件还是复印件，请写：{known}。",
    ),
    "field_type": CodeSet(
        words={
            "text": "文字", "long_text": "长文字", "integer": "整数", "decimal": "小数", "money": "金额", "date": "日期",
            "month": "月份",
            "yes_no": "是或否", "choice": "单选", "choices": "多选", "person_number": "身份号码",
            "credit_code": "统一社会信用代码",
            "phone": "电话", "address": "地址", "division": "行政区划", "bank_account": "银行账号", "licence": "证照",
            "group": "字段组",
        },
        also=_many(text="文本 字符", long_text="多行文字 长文本", integer="数字", choice="下拉 选择", choices="复选"),
    ),
    "parameter_type": CodeSet(words={"integer": "整数", "decimal": "小数", "money": "金额", "text": "文字"}, also={}),
}  # fmt: skip

ORIGINS: Mapping[str, str] = {
    "10": "applicant", "申请人自备": "applicant", "20": "fetched", "政府部门核发": "fetched", "99": "open", "其他": "open",
}  # fmt: skip
"""来源渠道, C0109.2 (M)."""
NECESSITY: Mapping[str, str] = {"1": "必要", "2": "非必要", "3": "容缺后补", "必须": "必要", "必备": "必要", "容缺": "容缺后补"}
"""材料必要性, systems on C0109.2: other words → the set's own."""
DEPTHS: Mapping[str, int] = {"1": 1, "2": 2, "3": 2, "4": 3, "5": 4, "6": 4, "7": 4}
"""网上办理深度 → depth; the highest value counts, "^" stands between (M)."""
DEPTH_NAMES: Mapping[str, str] = {
    "互联网咨询": "1", "互联网收件": "2", "互联网预审": "3", "互联网受理": "4", "互联网办理": "5",
    "互联网办理结果信息反馈": "6",
    "互联网电子证照反馈": "7", "全程网办": "5",
}  # fmt: skip
DEPTH_CODES: Mapping[int, str] = {1: "1", 2: "1^2^3", 3: "1^2^3^4", 4: "1^2^3^4^5"}
YES = frozenset({"1", "是", "有", "需要", "支持", "true", "y", "yes", "√", "✓", "必要", "必须"})
NO = frozenset(
    {"0", "否", "无", "不需要", "不支持", "false", "n", "no", "×", "不", "非必要", "不收费", "不收取", "免费", "免收", "不涉及"}
)


def plain(text: str) -> str:
    """The text as words and codes are compared: half-width, no blanks.

    >>> plain(" ４　（乡） ")
    '4(乡)'
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


@cache
def _known(name: str) -> Mapping[str, str]:
    one = SETS[name]
    found = {plain(said).casefold(): ours for said, ours in one.also.items()}
    found |= {plain(said).casefold(): ours for ours, said in one.words.items()}
    return found | {ours.casefold(): ours for ours in one.words}


def meaning(name: str, said: str) -> str:
    """Our word for what a table says. Raises `NoSuchCode`."""
    found = _known(name).get(plain(said).casefold())
    if found is None:
        one = SETS[name]
        raise NoSuchCode(one.refusal.format(said=said.strip(), known="、".join(dict.fromkeys(one.words.values()))))
    return found


def word(name: str, ours: str) -> str:
    """The official word that we write; what is no word of the set stays as it is."""
    return SETS[name].words.get(ours, ours)


def code(name: str, ours: str) -> str:
    """The official code, "" where there is none."""
    return (SETS[name].codes or {}).get(ours, "")
