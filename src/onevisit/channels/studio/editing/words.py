"""What editors read instead of the format's words: sections, values, hints, and which elements stand in front."""

from collections.abc import Mapping

from onevisit.catalogue import phrases
from onevisit.core import process
from onevisit.core.reasons import PLACES

SECTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "basics": ("基本信息", ("audience", "handling", "handled_in", "depth", "limits")),
    "conditions": ("受理条件", ("conditions",)),
    "questions": ("办理情形", ("questions",)),
    "materials": ("申请材料", ("materials",)),
    "form": ("表单", ("form",)),
    "process": ("办理流程", ("process",)),
    "fees": ("收费", ("fees",)),
    "results": ("审批结果", ("results",)),
    "faq": ("常见问题", ("faq",)),
    "more": ("其他", ("parties", "exception", "renews", "acts_on", "parameters", "rules")),
}
"""Each section with its title and the keys of the definition that it holds; together they are all but `item` and `level`."""

FIELD_TYPES: Mapping[str, str] = {
    "text": "一行文字", "long_text": "多行文字", "integer": "整数", "decimal": "小数", "money": "金额", "date": "日期",
    "month": "年月", "yes_no": "是或否", "choice": "单选", "choices": "多选", "person_number": "身份证件号码",
    "credit_code": "统一社会信用代码", "phone": "电话", "address": "地址", "division": "行政区划", "bank_account": "银行账号",
    "licence": "证照", "group": "一组字段",
}  # fmt: skip
SPECIAL: Mapping[str, str] = {
    "hearing": "听证", "tender": "招标", "auction": "拍卖", "inspection": "检验", "testing": "检测", "quarantine": "检疫",
    "appraisal": "鉴定", "expert_review": "专家评审", "own_law": "其他法律规定的程序",
}  # fmt: skip
CHOICES: Mapping[str, Mapping[str, str]] = {
    "audience": phrases.AUDIENCES, "handling": phrases.HANDLING, "at": PLACES, "does": process.NAMES,
    "handled_in": {"here": "本系统办理", "pushed": "部门自己的系统办理", "elsewhere": "在别处办理，这里只准备"},
    "kind": phrases.KINDS, "unit": {"working_day": "工作日", "calendar_day": "自然日"},
    "authority": {
        "window": "窗口（受托）", "chief": "审批科长", "head": "部门负责人", "meeting": "集体审议", "registrar": "登簿人员",
    },
    "level": {"village": "村级", "town": "乡镇级", "county": "县级", "city": "市级"}, "special": SPECIAL, "type": FIELD_TYPES,
}  # fmt: skip
"""Values with words of their own, by key."""

BY: Mapping[str, str] = {
    "applicant": "申请人", "window": "综合窗口", "system": "系统自动", "department": "本部门", "regulator": "监管部门",
}  # fmt: skip

FIRST: Mapping[str, tuple[str, ...]] = {
    "Limits": ("legal", "promised", "unit", "when"),
    "Condition": ("text", "basis", "when"),
    "Question": ("ask", "options", "when", "help"),
    "Material": ("name", "source", "issued_by", "form", "basis", "when", "note"),
    "MaterialForm": ("kind", "copies", "paper", "signature", "template", "sample"),
    "Field": ("label", "type", "source", "required", "options", "when", "help", "unit"),
    "Step": ("does", "by", "needs", "at", "presence", "instant", "days", "when", "result"),
    "Fee": ("name", "amount", "basis", "when"),
    "Result": ("name", "licence", "sample", "when"),
}
"""What stands in front of each kind of entry; the rest is folded under 更多. A kind that is not here shows all."""

LABELS: Mapping[str, str] = {
    "Step.name": "另起的名称",
    "Step.at": "申请人在哪里办",
    "Step.by": "谁来办",
    "Step.does": "做什么",
    "Step.days": "用几个工作日",
    "Step.instant": "当场完成",
    "Step.result": "产生哪个结果",
    "Material.form": "怎么交",
    "Material.shown": "原件在哪个环节出示",
    "Material.necessary": "必要",
    "Field.type": "填什么",
    "Field.options": "选项",
    "Field.required": "必填",
    "Question.options": "选项",
    "Limits.unit": "按哪种日子算",
    "Limits.notice": "几个工作日内一次告知",
    "Limits.extension": "可延长几个工作日",
    "Fee.amount": "金额（元）",
    "Field.unit": "单位（量词）",
}
"""Labels that say more than the key's name does."""

HINTS: Mapping[str, str] = {
    "materials": "数据共享、电子证照能提供的，来源写成共享或者证照，不要写成申请人提供。",
    "process": "一步一条。前面的环节都完成了，这一步才开始；没有先后的同时办。",
    "questions": "回答不同，材料、流程、收费就不同。每个问题最多选一个。",
    "conditions": "谁可以办。每一条都要有依据，不写的不能要求。",
    "faq": "写大家真正会问的话，用大家的说法。",
    "form": "数据里有的不要让人填：来源写成共享或者证照，申请时自动填好。",
    "limits": "第一条适用的时限算数。承诺时限不能比法定时限长。",
    "fees": "每一项都要有依据。由规则计算的写成 rule:规则名.结果名。",
    "Step.presence": "申请人必须本人到现场的理由。空着就是不用到现场。",
    "Material.one_of": "写同一个词的几份材料，交任何一份就行。",
    "Material.source": "数据共享、电子证照里有的，选它，不要选申请人提供。",
    "Field.same_as": "同一个词的字段，一件事里只填一次。",
    "Field.source": "申请人自己填的写 applicant；自动取得的，在下拉里选数据，再在后面写数据项。",
    "exception": "法律本身要求多跑的才写，会公布在例外事项清单上。",
    "depth": "1 查看，2 下载表格，3 网上申请，4 全程网办。",
}  # fmt: skip

ADDING: Mapping[str, str] = {
    "limits": "增加一种时限",
    "conditions": "增加一个条件",
    "questions": "增加一个问题",
    "materials": "增加一份材料",
    "form": "增加一个字段",
    "process": "增加一个环节",
    "fees": "增加一项收费",
    "results": "增加一个结果",
    "faq": "增加一个问题",
    "basis": "增加一条依据",
    "parties": "增加一方",
    "parameters": "增加一个参数",
    "fields": "增加一个字段",
}
"""What the button under a list says."""
