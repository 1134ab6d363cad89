"""One paper of every kind, as full as they come in ordinary cases; what each must say."""

from dataclasses import replace
from datetime import date
from typing import Any

from onevisit.notices.sheets import (
    Accepted,
    Collect,
    Decision,
    Defect,
    Ended,
    Extended,
    Handed,
    OneTimeNotice,
    Receipt,
    Row,
    Served,
    ServedLine,
    Sheet,
    Suspended,
    Tolerance,
    TurnedAway,
)

NUMBER = "11340304003100002B3000123450000020260302" + "0001"
OFFICE = "禹会区市场监督管理局（演示）"
DAY = date(2026, 3, 2)
REMEDIES = (
    "您不服本决定书的，可以自知道之日起60日内，向禹会区人民政府申请行政复议。",
    "您也可以自知道之日起6个月内，依法直接向有管辖权的人民法院提起行政诉讼。",
)
LIMITS = "受理后承诺时限：5个工作日；法定时限：20个工作日"


def head(on: date = DAY) -> dict[str, Any]:
    """What every paper bears."""
    return {
        "item": "小店许可", "number": NUMBER, "applicant": "张晓月（演示）", "office": OFFICE, "on": on, "department": "market",
        "division": "340304000000", "phones": (Row("咨询电话", "0552-0000001（演示）"), Row("投诉电话", "12345")),
    }  # fmt: skip


RECEIPT = Receipt(
    **head(), received_on=DAY, where="在窗口", answer_by="2026年3月9日17时", limits=LIMITS, visits=0,
    materials=(
        Handed("营业场所证明", "", "我们来取"),
        Handed("门店照片", "复印件1份", "已收到2个文件"),
        Handed("健康证明", "原件1份", "可以后补，受理后5个工作日以内"),
        Handed("租赁合同", "原件和复印件2份，A4，申请人签名", "已收到1个文件"),
        Handed("诚信承诺", "", "您已承诺，不用交"),
    ),
    next=("最晚2026年3月9日17时告诉您是否受理。到时没有答复的，从收到之日起就算受理。", "有进展会马上告诉您。"),
)  # fmt: skip
ACCEPTED = Accepted(
    **head(), received_on=DAY, accepted_on=DAY, promised_on=date(2026, 3, 9), legal_on=date(2026, 3, 30),
    follows=(
        ("审查", OFFICE, "3个工作日"),
        ("现场核查", OFFICE, "2个工作日"),
        ("作出决定", OFFICE, "1个工作日"),
        ("领取结果", "系统自动办理", "即时"),
    ),
)  # fmt: skip
DEEMED = replace(ACCEPTED, deemed=True)
OWED = (Row("健康证明", "2026年3月9日", "原件1份"), Row("租赁合同", "2026年3月16日"))
TOLERANCE = Tolerance(**head(), accepted_on=DAY, owed=OWED)
ONE_TIME = OneTimeNotice(
    **head(), until=date(2026, 3, 31), limits=LIMITS, fee="不收费",
    defects=(
        Defect("租赁合同", "没有签名", "签名后重新上传", "《示例法》第三条"),
        Defect("面积", "没有填写", "按合同填写", "《示例法》第二条"),
        Defect("经营场所是合法建筑", "房产登记的用途是住宅", "交住所改作经营的证明，或者换一处", "《示例法》第五条"),
    ),
    place="在网上的“我的办件”里打开这件事，点“去补正”；也可以交到窗口。",
)  # fmt: skip
TURNED_AWAY = TurnedAway(
    **head(), received_on=DAY, reason="这里不归本单位管辖，请向龙子湖区市场监督管理局申请。", basis="《示例法》第一条",
    remedies=REMEDIES, returned=("营业场所证明",),
)  # fmt: skip
EXTENDED = Extended(
    **head(date(2026, 3, 26)), accepted_on=DAY, length="10个工作日", reason="现场核查时店主不在，要再去一次。",
    legal_was=date(2026, 3, 30), legal_on=date(2026, 4, 14), promised_on=date(2026, 3, 23),
)  # fmt: skip
SUSPENDED = Suspended(**head(), since=DAY, procedure="经过专家评审", told="专家评审定于2026年3月10日，大约需要15个工作日。")
REFUSAL = Decision(
    **head(date(2026, 3, 5)), granted=False, received_on=DAY, reasons=(Row("《示例法》第二条", "面积不足20平方米。"),),
    opinion="现场丈量为18平方米。", remedies=REMEDIES,
)  # fmt: skip
GRANT = replace(REFUSAL, granted=True, opinion="", results=(Row("有效期", "5年"),), remedies=())
WITHDRAWN = Ended(**head(), received_on=DAY, why="已按您的要求撤回。", returned=("租赁合同", "营业场所证明"), paid=True)
COLLECT = Collect(
    **head(), what="小店许可证",
    places=(Row("地点", "禹会区政务服务中心（演示）"), Row("地址", "示例路1号"), Row("时间", "周一至周五9:00至17:00")),
    bring=("领取人的有效身份证件原件", "代领的，还要带委托书和代领人的身份证件原件", "旧证：小店许可证（交旧领新）"),
)  # fmt: skip
SERVICE = Served(
    **head(), by_hand=True, details=(Row("签收记录", "本人签收，出示身份证"),),
    served=(
        ServedLine("准予办理决定书", "禹会区市场监督管理局决〔2026〕1号", "网上送达", "2026年3月5日10时"),
        ServedLine("小店许可证", "", "到大厅领取", "2026年3月6日9时30分"),
    ),
)  # fmt: skip

PAPERS: dict[str, tuple[str, Sheet, tuple[str, ...]]] = {
    "receipt": (
        "receipt", RECEIPT,
        ("收件凭证", "市场监督管理局收〔2026〕1号", "最晚2026年3月9日17时答复", "不代表已经受理", "已收到2个文件", "我们来取",
         "复印件1份", "可以后补", "咨询电话"),
    ),
    "accepted": (
        "accepted", ACCEPTED,
        ("受理通知书", "受〔2026〕1号", "最晚2026年3月9日作出决定", "第三十二条第一款第五项", "受理日期2026年3月2日",
         "法定办结2026年3月30日以前", "现场核查"),
    ),
    "deemed": ("accepted", DEEMED, ("受理通知书（视为受理）", "自收到之日即2026年3月2日起视为受理", "第三十二条第一款第四项")),
    "tolerance": (
        "tolerance", TOLERANCE, ("容缺受理告知书", "健康证明2026年3月9日", "到期没有补交的，视为您撤回申请", "承诺按时补交"),
    ),
    "one_time": (
        "one_time", ONE_TIME,
        ("一次性告知书", "告〔2026〕1号", "这是一次告知", "共3处", "2026年3月31日以前", "租赁合同", "按合同填写", 
         "《示例法》第三条", "经办人：", "不收费", "去补正"),
    ),
    "again": ("one_time", replace(ONE_TIME, again=True), ("经科长同意再次告知",)),
    "mending": ("one_time", replace(ONE_TIME, accepted=True), ("补正告知书", "承诺的时限暂停计算，法定的时限照常计算")),
    "turned_away": (
        "turned_away", TURNED_AWAY,
        ("不予受理决定书", "不受〔2026〕1号", "《示例法》第一条", "60日内", "禹会区人民政府", "6个月内", "退件", "营业场所证明"),
    ),
    "extended": (
        "extended", EXTENDED,
        ("延长期限告知书", "延长10个工作日", "第四十二条", "店主不在", "2026年4月14日以前", "只延长这一次"),
    ),
    "suspended": ("suspended", SUSPENDED, ("中止计时告知书", "专家评审", "第四十五条", "大约需要15个工作日")),
    "refusal": (
        "decision", REFUSAL,
        ("不予办理决定书", "张晓月（演示）：", "面积不足20平方米。", "《示例法》第二条", "现场丈量为18平方米。", "2026年3月5日",
         "60日内", "行政复议", "6个月内", "行政诉讼"),
    ),
    "grant": ("decision", GRANT, ("准予办理决定书", "决〔2026〕1号", "有效期5年")),
    "withdrawn": ("withdrawn", WITHDRAWN, ("终止办理告知书", "已按您的要求撤回", "退件", "租赁合同", "申请人收到退件")),
    "collect": ("collect", COLLECT, ("领取凭证", "小店许可证", "禹会区政务服务中心", "交旧领新", "领取人（签名）：")),
    "service": (
        "service", SERVICE, ("送达回证", "张晓月", "决〔2026〕1号", "网上送达", "2026年3月6日9时30分", "签收人（签名）："),
    ),
}  # fmt: skip
"""Kind, sheet and what it must say, by a word for the paper."""
