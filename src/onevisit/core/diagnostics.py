"""What the linter can say (检查结论): every code with its severity, the plan or law behind it, and how to mend it.

“《实施方案》” is the plan 关于加快推进群众办事“最多跑一次”工作的实施方案, by its numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]

GUIDE, PROOFS, FORMAT = "《实施方案》三（三）7", "《实施方案》三（三）8", "事项定义格式onevisit/1"


class Finding(NamedTuple):
    """One thing that is wrong, at a path of a file; `mend` and `severity` only where the code's own don't fit."""

    code: str
    path: str
    message: str
    mend: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """What holds for every finding of a code."""

    title: str
    basis: str
    mend: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding with its place, and everything that whoever mends it must know."""

    code: str
    severity: Severity
    file: str
    line: int
    path: str
    message: str
    basis: str
    mend: str


CODES: Mapping[str, Code] = {
    "OV101": Code("不认识的键", f"{FORMAT}第2节", "删去这个键，或者改成格式里有的键。"),
    "OV102": Code("缺少要素", "GB/T 39046-2020 表4（政务服务事项要素）", "按格式补上这一项。"),
    "OV103": Code("取值不对", f"{FORMAT}第2节", "改成格式允许的写法。"),
    "OV104": Code("所指的内容不存在", f"{FORMAT}第2节", "改成已有的标识，或者补上所指的内容。"),
    "OV201": Code("兜底性表述", f"{GUIDE}：不得出现“其他材料”等兜底性表述", "逐一写出材料或者条件的名称；写不出名称的，删去。"),
    "OV202": Code("模糊不清的表述", f"{GUIDE}：不得存在模糊不清的表述", "写明具体的对象、条件或者数字，让人不用再问。"),
    "OV301": Code(
        "没有设定依据",
        f"{PROOFS}：没有法律法规依据的一律取消",
        "写明法律、法规或者规章的名称和条款；没有依据的，取消这一项。",
    ),
    "OV302": Code(
        "数据共享或者电子证照能提供，仍向申请人要",
        f"{PROOFS}：能够提取、核验、确认的，不得要求申请人提供；国务院令第716号第七条",
        "把来源（source）改为对应的shared:或者licence:，由系统取得。",
    ),
    "OV303": Code("循环证明", f"{PROOFS}：杜绝“循环证明”", "把其中一份证明改为数据共享、电子证照或者书面承诺，圈就断开。"),
    "OV304": Code(
        "向申请人要本部门自己出具的证明",
        f"{PROOFS}：能够核验的，不得要求申请人提供；国务院令第716号第七条",
        "由本部门自己查验，删去这份材料，或者把来源（source）改为shared:、licence:。",
    ),
    "OV305": Code("已经取消的证明", f"{PROOFS}：上级已公布取消的、清单已取消的，一律取消", "删去这份材料。"),
    "OV306": Code(
        "可以用书面承诺代替的证明", f"{PROOFS}：能采取书面承诺方式解决的一律取消", "把来源（source）改为commitment。", "warning"
    ),
    "OV307": Code("无法开具、无法查证的证明", f"{PROOFS}：开具单位无权查证、无法开具的一律取消", "删去这份材料。"),
    "OV308": Code("重复或者不必要的材料", f"{PROOFS}：并非必要条件或者重复设置的一律取消", "只留一份，或者删去。", "warning"),
    "OV309": Code(
        "材料要求不完整",
        f"{GUIDE}：明确材料的名称、依据、格式、内容、份数、签名签章，提供表单和样本",
        "在form里补上所缺的要求。",
        "warning",
    ),
    "OV310": Code(
        "要原件，却没有写在哪里看",
        f"{GUIDE}；{FORMAT}第2节",
        "用shown写明在哪个环节查验原件，或者改收复印件、电子件。",
        "warning",
    ),
    "OV401": Code("环节互相等待", f"{FORMAT}第2节：办理流程没有回路", "删去圈里的一个前置环节（needs）；退回整改用rework写。"),
    "OV402": Code("没有写明环节要多久", f"{FORMAT}第2节；行政许可法第四十二条", "当场办完的写instant: true，要时间的写days。"),
    "OV403": Code(
        "有环节或者结果永远到不了",
        f"{FORMAT}第2节；行政许可法第三十八条、第三十九条",
        "改正适用情形（when）、前置环节（needs）或者结果（result）。",
    ),
    "OV404": Code(
        "须到现场，却没有写理由",
        "GB/T 39046-2020 表4；《实施方案》三（三）10：必须到现场办的也要力争最多跑一次",
        "写明为什么必须本人到场（例如面签、查验原件），否则改为线上办理。",
    ),
    "OV405": Code(
        "特别程序不完整",
        "行政许可法第四十五条：听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审不计入期限",
        "从八种程序里选一种，或者用own_law并写明依据（basis）；另写所需天数（days）。",
    ),
    "OV501": Code(
        "某种情形下要跑不止一次",
        "《实施方案》二：全过程一次上门或者零上门",
        "减少到场的环节，或者让等待的环节当场办完；法律要求多次到场的，写明exception。",
    ),
    "OV502": Code(
        "写的跑动次数与算出来的不同", "《实施方案》二；GB/T 39046-2020 表4", "删去手写的次数（次数由流程算出），或者改正流程。"
    ),
    "OV601": Code("承诺时限比法定时限长", "行政许可法第四十二条；《实施方案》三（二）5：减时限", "把承诺时限改到法定时限以内。"),
    "OV602": Code(
        "即办件有要等待的环节", "GB/T 39046-2020 附录A.6（办件类型）", "把这个环节改为当场办完，或者把handling改为promised。"
    ),
    "OV701": Code(
        "收费没有依据", "行政许可法第五十八条、第五十九条；GB/T 39046-2020 表4", "写明收费依据（basis）；没有依据的不得收费。"
    ),
    "OV702": Code(
        "收费和缴费环节对不上", "GB/T 39046-2020 表4（收费要素）", "要收费的写明fees和缴费（pay）环节，不收费的都删去。"
    ),
    "OV801": Code(
        "咨询电话或者投诉电话不合要求",
        "GB/T 39046-2020 表4；《实施方案》三（三）7、9",
        "分别写明带区号的咨询电话和投诉电话，例如0552-1234567。",
    ),
    "OV802": Code("结果没有样本", f"{GUIDE}：提供材料样本；GB/T 39046-2020 表4", "用sample给出结果的样本。"),
    "OV803": Code("许可事项没有常见问题", "GB/T 39046-2020 表4（常见问题）", "在faq里写出申请人最常问的问题和答案。", "warning"),
    "OV804": Code(
        "主题与服务对象不符", "GB/T 39046-2020 表4（面向自然人、面向法人的主题分类）", "改正theme或者audience。", "warning"
    ),
    "OV901": Code(
        "同一事项在不同层级的要素不一致",
        "《实施方案》三（二）4：不同层级相同事项的名称、类型、设定依据、基本编码完全统一",
        "以基本目录为准，各层级写成一样。",
    ),
    "OV902": Code(
        "同一层级的办事指南有不该有的差别",
        "《实施方案》三（二）4：同一层级相同事项的办事指南相对统一",
        "本地只写地点、电话、办公时间和更短的承诺，其余用同一份规程。",
    ),
    "OV903": Code(
        "基本目录里没有这个事项", "《实施方案》三（二）4：事项清单标准化", "改正事项代号或者编码，或者先把事项列入基本目录。"
    ),
}
"""Every code, in the order of the table in CLI section 1."""


def diagnosed(finding: Finding, file: str, line: int) -> Diagnostic:
    """The finding at its place, with what its code says."""
    code = CODES[finding.code]
    mend = finding.mend or code.mend
    severity = finding.severity or code.severity
    return Diagnostic(finding.code, severity, file, line, finding.path, finding.message, code.basis, mend)
