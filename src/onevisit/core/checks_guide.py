"""Checks of what a guide tells (办事指南的检查): basis, form, fees, results, questions, themes; an offer's phones.

GB/T 39046-2020 table 4; 《实施方案》三（三）7, 8.

>>> phone_faults("12345"), phone_faults("0552-7654321"), phone_faults("7654321")
('', '', '没有区号')
"""

import re
from collections.abc import Iterator, Mapping

from onevisit.core.checks_process import PERMIT, conflict, told
from onevisit.core.definition import Fee, LegalBasis, Material, MaterialForm, Standard
from onevisit.core.diagnostics import Finding
from onevisit.core.offers import Offer
from onevisit.core.references import named

NO_LAW = re.compile(r"[?？\W_]*|无|没有|暂无|待定|待补充?|不详|未知|略")
"""What stands in tables where somebody found no law."""

PHONE = re.compile(r"(\+?86[- ]?)?(\(?0\d{2,3}\)?[- ]?(\d{7,8}|1\d{4})(-\d{1,6})?|[48]00-?\d{3}-?\d{4}|1[3-9]\d{9}|[19]\d{4})")
"""With area code, or a number that needs none: 400 and 800, a mobile, a hotline of five digits (12345, 12366)."""

SIDES: Mapping[str, str] = {
    "生育收养": "person", "户籍": "person", "户籍办理": "person", "婚姻": "person", "婚姻登记": "person", "退休": "person",
    "离职退休": "person", "身后": "person", "死亡殡葬": "person", "残疾人": "person", "退役军人": "person", "优待抚恤": "person",
    "出入境": "person", "出境入境": "person", "证件": "person", "证件办理": "person", "入伍服役": "person", "医疗保障": "person",
    "社会救助": "person", "企业开办": "organisation", "企业变更": "organisation", "企业注销": "organisation",
    "企业资质": "organisation", "投资项目": "organisation", "投资审批": "organisation", "资质认证": "organisation",
    "年检年审": "organisation", "招标拍卖": "organisation", "海关口岸": "organisation", "融资信贷": "organisation",
    "抵押质押": "organisation", "商务贸易": "organisation", "法人注销": "organisation", "社会组织": "organisation",
}  # fmt: skip
"""Themes that only persons (面向自然人) or only organisations (面向法人) have; a theme that isn't here fits both."""


def basis(standard: Standard) -> Iterator[Finding]:
    """Materials and conditions without a legal basis (OV301), an item with a stand-in for one (OV102), fees (OV701)."""
    if standard.item.basis and not _founded(standard.item.basis):
        yield Finding("OV102", "item.basis", f"事项“{standard.item.name}”的设定依据没有写明法律名称。")
    for path, material in named("materials", standard.materials):
        if not _founded(material.basis):
            yield Finding("OV301", f"{path}.basis", f"材料“{material.name}”没有设定依据。")
    for path, condition in named("conditions", standard.conditions):
        if not _founded(condition.basis):
            yield Finding("OV301", f"{path}.basis", f"受理条件“{condition.text}”没有设定依据。")
    for path, fee in named("fees", standard.fees):
        if not _founded(fee.basis):
            yield Finding("OV701", f"{path}.basis", f"收费“{fee.name}”没有依据。")


def forms(standard: Standard) -> Iterator[Finding]:
    """Materials that leave open what they must look like (OV309), originals that nothing says where they are seen (OV310)."""
    for path, material in named("materials", standard.materials):
        if lacking := _lacking(material):
            yield Finding("OV309", f"{path}.form", f"材料“{material.name}”没有写明{'、'.join(lacking)}。")
        original = material.form is not None and material.form.kind in ("original", "original_and_copy")
        if material.source == "applicant" and not material.shown and (original or material.surrender):
            what = "交回" if material.surrender else "查验"
            yield Finding("OV310", path, f"材料“{material.name}”要原件，却没有写在哪个环节{what}。")


def fees(standard: Standard) -> Iterator[Finding]:
    """A situation with a fee and no step to pay it, or the reverse (OV702)."""
    paid = [step for step in standard.process if step.does == "pay"]
    owed = [fee for fee in standard.fees if not _nothing(fee)]
    paths = {step.id: path for path, step in named("process", standard.process)}
    if paid and not owed:
        yield Finding("OV702", paths[paid[0].id], "这个事项不收费，却有缴费（pay）环节。")
    elif owed and not paid:
        yield Finding("OV702", "fees", f"要收“{owed[0].name}”，流程里却没有缴费（pay）环节。")
    elif owed and (unpaid := conflict(standard, owed, paid)) is not None:
        yield Finding("OV702", "fees", f"{told(standard, unpaid)}，要收费却没有缴费（pay）环节。")
    elif paid and (free := conflict(standard, paid, owed)) is not None:
        yield Finding("OV702", paths[paid[0].id], f"{told(standard, free)}，不收费却有缴费（pay）环节。")


def results(standard: Standard) -> Iterator[Finding]:
    """Results without a sample (OV802); a permit that answers no question (OV803)."""
    for path, result in named("results", standard.results):
        if not result.sample:
            yield Finding("OV802", f"{path}.sample", f"结果“{result.name}”没有样本（sample）。")
    if standard.item.type == PERMIT and not standard.faq:
        yield Finding("OV803", "faq", f"行政许可“{standard.item.name}”没有常见问题（faq）。")


def themes(standard: Standard) -> Iterator[Finding]:
    """Themes of a side that is not served, and a served side without a theme (OV804), each side by itself."""
    sides = {theme: SIDES.get(theme, "") for theme in standard.item.theme}
    words = {"person": "自然人", "organisation": "法人"}
    for side, word in words.items():
        own = [theme for theme, of in sides.items() if of == side]
        if own and side not in standard.audience:
            yield Finding("OV804", "item.theme", f"主题“{own[0]}”面向{word}，服务对象（audience）里却没有{word}。")
        elif sides and side in standard.audience and not any(of in (side, "") for of in sides.values()):
            yield Finding("OV804", "audience", f"服务对象有{word}，却没有面向{word}的主题（theme）。")


def phones(offer: Offer) -> Iterator[Finding]:
    """The phones for advice and complaints: both there, different, with area code (OV801)."""
    if offer.phones is None:
        yield Finding("OV801", "offer", "没有咨询电话和投诉电话。")
        return
    consult, complaint = offer.phones.consult, offer.phones.complaint
    for key, word, number in (("consult", "咨询电话", consult), ("complaint", "投诉电话", complaint)):
        if wrong := phone_faults(number):
            yield Finding("OV801", f"offer.phones.{key}", f"{word}{wrong}{f'（{number}）' if number else ''}。")
    if consult and _digits(consult) == _digits(complaint):
        yield Finding("OV801", "offer.phones.complaint", f"投诉电话和咨询电话是同一个（{complaint}）。")


def phone_faults(text: str) -> str:
    """What is wrong with a phone, or several with a comma between; "" if nothing is."""
    numbers = [one.strip() for one in re.split(r"[、，,；;/]|转", text) if one.strip()]
    if not numbers:
        return "没有写"
    wrong = [one for one in numbers if not PHONE.fullmatch(one)]
    if wrong and all(re.fullmatch(r"\d{3,4}[- ]?\d{4}", one) for one in wrong):
        return "没有区号"
    return "写法不对" if wrong else ""


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _founded(laws: tuple[LegalBasis, ...]) -> bool:
    return any(not NO_LAW.fullmatch(law.law.strip()) for law in laws)


def _nothing(fee: Fee) -> bool:
    return bool(re.fullmatch(r"0+(\.0+)?", fee.amount.strip()))


def _lacking(material: Material) -> list[str]:
    """What the applicant would have to ask about a paper that must be brought or written."""
    if material.source not in ("applicant", "commitment"):
        return []
    form = material.form or MaterialForm()
    written = material.source == "commitment" or bool(form.template)
    found = [] if material.form else ["原件还是复印件", "份数"]
    if form.kind in ("copy", "original_and_copy") and not form.copies:
        found.append("份数")
    if written and not form.signature:
        found.append("签名或者签章")
    if material.source == "commitment" and not form.template:
        found.append("空白表")
    elif not form.template and not form.sample:
        found.append("空白表或者样本")
    return found
