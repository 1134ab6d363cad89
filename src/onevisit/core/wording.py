"""Wording (表述): catch-alls such as 其他材料 in every disguise (OV201), vague words that leave one guessing (OV202).

Judged without blanks, full-width forms and quoted titles. 《实施方案》三（三）7. Each rule has examples against and for it; a
test reads them all. A real name stays what it is: 其他收入明细表 is a form, 等级 is no list.

>>> judge("其 它相关材料", "material"), judge("其他收入明细表", "material"), judge("身份证、户口簿等", "material")
((Wording(code='OV201', words='其它相关材料'), Wording(code='OV202', words='相关')), (), (Wording(code='OV202', words='等'),))
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from onevisit.core.definition import Standard
from onevisit.core.diagnostics import Finding, Severity
from onevisit.core.references import form_fields, named

Kind = Literal["material", "condition", "note", "text"]
"""What a text is: a material's name or the note to it, who may apply, or anything else that applicants read."""

CATCH_ALL, VAGUE = "OV201", "OV202"
MATERIAL: frozenset[Kind] = frozenset({"material"})
ASKED: frozenset[Kind] = MATERIAL | {"condition", "note"}
ALL: frozenset[Kind] = ASKED | {"text"}
WORDS: Mapping[Kind, str] = {"material": "材料", "condition": "受理条件", "note": "材料说明", "text": "给申请人看的文字"}


class Wording(NamedTuple):
    """What is wrong with a text, and the words that are."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of leaving things open, with texts that are wrong by it and texts that are fine."""

    code: str
    pattern: re.Pattern[str]
    kinds: frozenset[Kind]
    wrong: tuple[str, ...]
    fine: tuple[str, ...]


TRADITIONAL = str.maketrans("資證關時則視況餘據實際應須規書類別", "资证关时则视况余据实际应须规书类别")
TITLE = re.compile(r"《[^《》]*》")
UNSEEN = re.compile(r"[\s·•*_~^“”‘’\"'—\u200b-\u200f\u2060\ufeff-]+|\.+(?!\d)")
DENIED = re.compile(r"(不[用需须必再得要收会应交带]|无[需须]?|没有|免[交于]|勿)[^，。；！？,;!?]{0,14}$")
"""What stands before 其他材料 where just nothing else is asked."""
WONDERED = re.compile(r"[吗么][？?。]?$")
"""How an applicant's own question ends."""

INNOCENT = re.compile(
    "合同|水平|公平|核对"
    "|[平同高中初优劣特次均对相何甲乙丙丁一二三四五六七八九十]等(?![材资证文])|上等兵"
    "|等[级额值候待于同效比边分差高价距身腰式压号次第离外温电长宽厚深量容]"
    "|等(?:多久|多长|几天|通知|结果|审[核批查]|短信|到|一下|一会|半|[着您我你他]|工作人员|叫号|排队)|(?:不用|不要|不必|需要|必须|久|别)等"
    r"|等(?:上述|以上|前述)?[两\d一二三四五六七八九十百]+"
    "|[所具国拥现持占享私公共固原设含只自专没]有|有关[系联于]|[互不正负]相关|相关[性系联]|(?:食品|健康|卫生|烟草)相关产品|利[益害]相关"
)
"""Words that only contain 等, 有关 or 相关. A list that 等 closes with its number (等3份) is closed."""

KINDS_OF_PAPER = "佐证|材料|资料|文件|证明|证件|证照|凭证|手续|要件|附件|文书|单据"
PAPER = (
    f"(?:证明|申请|申报|书面|佐证|辅助|支撑)?(?:{KINDS_OF_PAPER})"
    "(?!明细|号|名称|类|编|照片|清单|目录|[表单册书簿费柜处科袋])"
)  # fmt: skip
"""A word for papers that names none, and is no part of a name."""
EMPTY = (
    "(?:有关|相关|必要|必需|必备|所需?|需要|应当?|须|需|要|提交|提供|补充|补交|出具|递交|报送|准备|携带|具备|的|证明性?|申请人?|申报|办理"
    "|佐证|辅助|支撑|视情|相应的?|书面|具体|合法|有效|真实|法定|法律|行政|法规|规章|政策|国家|国务院|政府|规定|要求|认为|全部|一切|各类|各种|各项|任何"
    "|若干|部分|另行|另外|额外|附加|后续|另|补正|说明|电子|特殊|须知|现场|性|材料清单|以及|及|和|与|或者?|[、/,()]|上述|以上|前述|除|之外|以外|其[他它余]|别|依法|按照?|根据|机关|部门"
    "|窗口|工作人员|业务|上级|主管|审批|审核|受理|登记|审查|过程|中|时|认定|指定|通知|确定|实际|情况|视|有|可能|可以|能够?|足以|用于|该|本"
    "|事项|兜底|未列明?)"
)
"""Words beside it that name none either."""
OFFICE = (
    "(?:工作人员|窗口|经办人|(?:审批|审核|受理|主管|登记|办理|行政|税务|监管|发证|许可)(?:机关|部门)|[我本](?:局|委|部门|单位))"
)  # fmt: skip
OTHER = "(?:其[他它余]:?|(?<![级区类识分差个性派特])别的|另外的)"
CASES = "(?:情形|条件|情况|要求|事项)"

RULES: tuple[Rule, ...] = (
    Rule(
        CATCH_ALL,
        re.compile(
            f"{OTHER}{EMPTY}{{0,8}}{PAPER}|{OTHER}[^，。；,;]{{0,25}}的{EMPTY}{{0,3}}{PAPER}"
            "|other(?:relevant|related|supporting)?(?:materials|documents|papers)",
            re.IGNORECASE,
        ),
        ALL,
        (
            "其他材料", "其它材料", "其 他　材 料", "其他相关证明材料", "法律、法规规定的其他文件", "其他需要提交的资料",
            "其余材料", "其他能够证明权属的材料", "登记机关认为需要提交的其他有关材料", "其他必要的证明", "其他資料",
            "其他/有关材料", "别的材料", "其他“材料”", "其他：材料", "请准备好身份证和其他材料", "Other documents",
        ),
        (
            "其他收入明细表", "其他应付款明细账", "其他材料清单", "其他证件号码", "其他组织登记证书", "其他共有人身份证",
            "级别的证明", "不用交其他材料。", "不得要求提供其他证明材料", "除此以外没有其他材料", "还要带其他材料吗？",
        ),
    ),
    Rule(
        CATCH_ALL,
        re.compile(
            rf"{EMPTY}{{0,12}}{PAPER}(?:(?:[、/,()]|和|以?及|与|或者?){EMPTY}{{0,4}}{PAPER}|等|[(]?(?:原|复印)件[)]?|若干|[\d一二三份])*"
            r"|(?:以?及|和)?其[他它余](?:等|项)?(?:[(].*[)])?|待定|另行通知"
        ),
        MATERIAL,
        (
            "相关材料", "有关证明文件", "法律法规规定的材料", "补充材料", "需要提交的全部资料", "证明材料（原件）", "其他",
            "其他（如有）", "审批部门要求的文件", "所需材料等", "根据实际情况需要补充的材料", "业务主管部门要求提供的材料",
            "证明材料若干份",
        ),
        (
            "身份证明", "住所证明材料", "批准文件", "授权委托书", "材料清单", "施工图设计文件", "土地证明文件",
            "有效身份证件", "其他收入证明",
        ),
    ),
    Rule(
        CATCH_ALL,
        re.compile(f"(?:[、，,和及与或者]|以及){OTHER}(?:等)?[)。]?$|包括但不限于"),
        ASKED,
        ("身份证及其他", "户口簿、其他", "包括但不限于身份证"),
        ("以其他方式承包的合同", "申请人是法人或者其他组织"),
    ),
    Rule(
        CATCH_ALL,
        re.compile(f"{OFFICE}{EMPTY}{{0,6}}(?:认为|要求|指定|通知|确定){EMPTY}{{0,6}}{PAPER}"),
        ALL,
        ("窗口要求的材料", "审批机关认为有必要提交的资料", "我局要求补充的证明文件", "带上工作人员要求的材料"),
        ("审批机关出具的批准文件", "登记机关要求的格式文本", "受理部门收到材料后当场出具凭证"),
    ),
    Rule(
        CATCH_ALL,
        re.compile(f"等{EMPTY}{{0,4}}{PAPER}"),
        ASKED,
        ("身份证等材料", "户口簿、结婚证等相关证明文件", "房屋租赁合同等证件"),
        ("学历等级证明", "同等学力证明", "身份证、户口簿等两份材料", "高等学校毕业证"),
    ),
    Rule(
        CATCH_ALL,
        re.compile(
            f"(?:规定|认为|要求|确定|认定|明确)(?:应当|需要)?(?:具备|符合|满足)?的{OTHER}[^，。；,;]{{0,8}}{CASES}"
            f"|^{OTHER}{EMPTY}{{0,4}}{CASES}[。]?$"
        ),
        ASKED,
        ("法律、行政法规规定的其他条件", "审批机关认定的其他情形", "其他情形", "其他应当具备的条件"),
        ("申请人没有其他住房", "名下没有其他企业", "符合国土空间规划"),
    ),
    Rule(
        VAGUE,
        re.compile("有关|相关"),
        ALL,
        ("有关部门出具的意见", "相关证明", "符合相关规定", "具有相关资质", "携带所有有关材料"),
        (
            "食品相关产品生产许可证", "所有关联企业名单", "没有关系", "具有关键岗位证书", "《关于有关问题的公告》",
            "互相关心", "国有关停企业", "机关法人", "不存在利害相关人",
        ),
    ),
    Rule(
        VAGUE,
        re.compile(
            "(?:[、，,]|和|及|与|或者?)[^、，。；,;]{1,30}(?P<said>等)(?!等)|(?P<twice>等等)"
            f"|(?P<open>等)(?:$|[、，。；,;:)]|的|{EMPTY}{{0,2}}(?:{KINDS_OF_PAPER}|信息|情形|情况|原因|方式|部门|单位|人员|机关|条件|内容"
            "|项目|设施|设备|场所|出具))"
        ),
        ALL,
        ("身份证等", "身份证、户口簿等", "银行等单位", "水、电、气等设施", "房屋租赁合同等", "结婚证等等"),
        (
            "学历等级证书", "平等协商", "高等学校", "中等职业学校毕业证", "身份证、户口簿等两种", "一等奖证书", "等待通知",
            "办完不用等。", "交费后等多久", "等额选举", "合同等级", "等外公路",
        ),
    ),
    Rule(
        VAGUE,
        re.compile(
            "必要时|必要的?(?=材料|资料|文件|证明|手续)|确需|确有需要|原则上|酌情|酌定|情况特殊|特定情[况形]|特殊情[况形](?!处置|应急|说明|报告)"
            "|(?<![重忽轻电近透检监巡审注正])视(?:(?![力频听为同觉野])[\\u4e00-\\u9fff]{0,4}?(?:情[况形]|需要|而定)|情)"
            "|(?:一般|通常|正常|多数)情况下|如有?(?:必要|需要)|(?:确有|有)必要(?:的|时)|需要时(?![间限])|另行(?:通知|告知|规定|确定)"
            "|(?:根据|按照?)(?:实际|具体)?(?:情况|需要)|可能还?(?:需要|要求)|差不多|诸如此类|大概|大约|(?:[天日元年月时]|分钟)左右"
            "|适当(?:的|延长|放宽|减免)|(?<!不)一定(?:的|数量|规模|比例|金额|资金|能力|经验|年限|条件|标准|场所)|若干|适量"
            "|相应的?(?=材料|资料|文件|证明|手续|条件|资[格质])"
            "|以(?:窗口|工作人员|现场|审批部门|办理部门|受理部门|实际)[^，。；,;]{0,10}为准|(?:详询|咨询|询问)(?:窗口|工作人员)"
        ),
        ALL,
        (
            "必要时提供原件", "视情况补充", "视具体情况而定", "原则上应当到场", "根据实际需要提供", "如有需要请带原件",
            "有一定的资金", "以窗口告知为准", "3天左右", "特殊情况除外", "重要材料另行通知", "具备相应资质",
            "视审核情况而定", "必要的证明",
        ),
        (
            "重视情况反映", "电视情况登记表", "不一定要到场", "建筑面积以合同为准", "左右两侧照片", "一般纳税人登记表",
            "需要时间", "如实填写",
        ),
    ),
)  # fmt: skip


def judge(text: str, kind: Kind) -> tuple[Wording, ...]:
    """The first wrong words of each code in a text of this kind."""
    plain = _plain(text)
    masked = INNOCENT.sub(lambda word: "□" * len(word[0]), plain)
    found: dict[str, Wording] = {}
    for rule in RULES:
        if kind in rule.kinds and rule.code not in found and (words := _words(rule, plain, masked)):
            found[rule.code] = Wording(rule.code, words)
    return tuple(found[code] for code in sorted(found))


def wording(standard: Standard) -> Iterator[Finding]:
    """Catch-alls and vague words in all that applicants read; vague words outside of what is asked only warn."""
    for path, kind, text in texts(standard):
        for code, words in judge(text, kind) if text else ():
            what = "是兜底性表述" if code == CATCH_ALL else "没有说清楚"
            shown = text if len(text) <= 40 else f"{text[:40]}…"
            severity: Severity | None = "warning" if code == VAGUE and kind == "text" else None
            yield Finding(code, path, f"{WORDS[kind]}“{shown}”里的“{words}”{what}，申请人不知道要什么。", severity=severity)


def texts(standard: Standard) -> Iterator[tuple[str, Kind, str]]:
    """Everything that applicants read, with its path."""
    yield "item.name", "text", standard.item.name
    for path, condition in named("conditions", standard.conditions):
        yield f"{path}.text", "condition", condition.text
    for path, material in named("materials", standard.materials):
        yield f"{path}.name", "material", material.name
        yield f"{path}.note", "note", material.note
    for path, question in named("questions", standard.questions):
        yield from ((f"{path}.{key}", "text", text) for key, text in (("ask", question.ask), ("help", question.help)))
        yield from ((f"{path}.options.{key}", "text", text) for key, text in question.options.items())
    for path, field in form_fields(standard.form, "form"):
        yield from ((f"{path}.{key}", "text", text) for key, text in (("label", field.label), ("help", field.help)))
        yield from ((f"{path}.options.{key}", "text", text) for key, text in field.options.items())
    for path, step in named("process", standard.process):
        yield f"{path}.name", "text", step.name
        yield f"{path}.presence.reason", "text", step.presence.reason if step.presence else ""
    for path, part in (*named("results", standard.results), *named("fees", standard.fees), *named("parties", standard.parties)):
        yield f"{path}.name", "text", part.name
    for path, faq in named("faq", standard.faq):
        yield from ((f"{path}.{key}", "text", text) for key, text in (("q", faq.q), ("a", faq.a)))


def _plain(text: str) -> str:
    return UNSEEN.sub("", TITLE.sub("□", unicodedata.normalize("NFKC", text).translate(TRADITIONAL)))


def _words(rule: Rule, plain: str, masked: str) -> str:
    """The words of a text that a rule means. A material that is nothing but empty words is wrong as a whole."""
    if rule.kinds == MATERIAL:
        return plain if rule.pattern.fullmatch(plain) else ""
    if rule.code == CATCH_ALL and WONDERED.search(plain):
        return ""
    for match in rule.pattern.finditer(masked):
        if rule.code == VAGUE or not DENIED.search(plain[: match.start()]):
            return next((words for words in match.groupdict().values() if words), plain[match.start() : match.end()])
    return ""
