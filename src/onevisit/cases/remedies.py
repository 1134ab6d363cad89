"""What can be done against an act (救济途径): by kind of act and department, as data; to whom one turns, within how many days.

- 行政复议法 (2023) art. 20: 60 days from knowing of the act; art. 24: against a department of a local government, to that
  government, against a township or subdistrict to the one above it; art. 27: against tax offices, to the tax office above.
- 行政诉讼法 art. 46: six months from knowing of the act; art. 45: 15 days from the decision on reconsideration.
- 税收征收管理法 art. 88 and 税务行政复议规则 art. 33: in a dispute about tax one first pays (or gives security), then asks for
  reconsideration within 60 days from the payment or the security's confirmation, and only then goes to court.
"""

from collections.abc import Mapping

from onevisit import access
from onevisit.access import Actor, Duty
from onevisit.cases import queries
from onevisit.catalogue import queries as catalogue
from onevisit.city import queries as city

TAX = "tax"
LEVY = "行政征收"
GOVERNED = ("county", "city")
"""Levels whose governments hear reconsiderations against their departments, and against the townships below."""

GENERAL = (
    "您不服本{paper}的，可以自知道之日起60日内，向{authority}申请行政复议（《中华人民共和国行政复议法》第二十条、{article}）。",
    "您也可以自知道之日起6个月内，依法直接向有管辖权的人民法院提起行政诉讼（《中华人民共和国行政诉讼法》第四十六条）。",
)
TAX_DISPUTE = (
    "您对纳税有争议的，须先依照本{paper}缴清税款及滞纳金，或者提供相应的担保，再自缴清或者担保得到确认之日起60日内，"
    "向{authority}申请行政复议（《中华人民共和国税收征收管理法》第八十八条、《税务行政复议规则》第三十三条）。",
    "对复议决定不服的，可以自收到复议决定书之日起15日内，向人民法院提起行政诉讼（《中华人民共和国行政诉讼法》第四十五条）。"
    "纳税争议未经复议，不能直接起诉。",
)
ACTS: Mapping[tuple[str, str, str], tuple[str, ...]] = {("decision", TAX, LEVY): TAX_DISPUTE}
"""(paper, department, type of item) to the sentences of what can be done; what is not listed has the general ones."""
PAPERS: Mapping[str, str] = {"decision": "决定书", "turned_away": "决定书"}


def burdens(department: str, item_type: str, outcome: str) -> bool:
    """Whether a decision says what can be done against it: a refusal, and what asks for tax (行政许可法 art. 38)."""
    return outcome == "refuse" or ("decision", department, item_type) in ACTS


def of_case(actor: Actor, case_id: str) -> tuple[str, ...]:
    """What can be done against the decision of the case, for whoever may read it."""
    found = queries.row(case_id)
    access.require(actor, Duty.DECISION_READ, queries.target(found, actor))
    item_type = catalogue.standard(found.standard_id).item.type
    return sentences("decision", found.department, item_type, found.division)


def sentences(kind: str, department: str, item_type: str, division: str) -> tuple[str, ...]:
    """What can be done against a paper of this kind, by an office of the department in the division."""
    told = ACTS.get((kind, department, item_type), GENERAL)
    authority = _tax_office_above(division) if department == TAX else _government(division)
    article = "第二十七条" if department == TAX else "第二十四条"
    return tuple(one.format(paper=PAPERS[kind], authority=authority, article=article) for one in told)


def _government(division: str) -> str:
    """The government that hears it: of the county or city itself, or above a town or village."""
    near = [one for one in reversed(city.path(division)) if one.level in GOVERNED and not one.statistical]
    return f"{near[0].name}人民政府" if near else "本级人民政府"


def _tax_office_above(division: str) -> str:
    """The tax office above the one that decided."""
    above = [one for one in reversed(city.path(division)) if one.code != division]
    found = city.office(TAX, above[0].code) if above else None
    return found.name if found else "上一级税务局"
