"""The eight rules (八个一律取消) as evidence in words: what speaks for cancelling a proof, what people must look into, what not.

《实施方案》三（三）8. Each rule rests on what the linter finds (OV301 to OV308), so that review and lint never disagree; what
lint can't decide is `ask`: a fact that a person has to weigh. Pure.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from onevisit.catalogue import phrases
from onevisit.core import checks_guide, proofs
from onevisit.core.definition import Material, Standard
from onevisit.core.diagnostics import Finding
from onevisit.core.proofs import Known

Verdict = Literal["yes", "ask", "no"]
VERDICTS: Mapping[Verdict, str] = {"yes": "应当取消", "ask": "请人核对", "no": "不适用"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the eight: its word, its text in the plan, and a short name for the head of a column."""

    id: str
    short: str
    text: str


EIGHT: tuple[Rule, ...] = (
    Rule("basis", "无依据", "没有法律法规依据的"),
    Rule("licence", "有证照", "能通过个人现有证照予以证明的"),
    Rule("commitment", "可承诺", "能采取申请人书面承诺方式解决的"),
    Rule("network", "能核验", "能通过网络核验的"),
    Rule("upper", "上级取消", "上级部门已经公布取消的证明材料，本市对应的"),
    Rule("list", "清单取消", "权责清单和服务清单中已明确取消的事项对应的"),
    Rule("unobtainable", "开不出", "开具证明的单位无权查证、无法开具的"),
    Rule("needless", "不必要", "证明材料并非办事必要条件或者重复设置的"),
)
RULES: Mapping[str, Rule] = {one.id: one for one in EIGHT}
OF_CODE: Mapping[str, str] = {
    "OV301": "basis", "OV304": "network", "OV305": "upper", "OV306": "commitment", "OV307": "unobtainable", "OV308": "needless",
}  # fmt: skip
"""Which rule a finding of the linter is evidence for; OV302 is for `licence` or `network`, by what the source is."""
LAW = re.compile(r"(条例|法典|(?<!办)法)$|^(国务院|全国人).*决定$|国务院令第")
"""What counts as a basis: laws and regulations (法律法规), decisions of the State Council; no rules (办法) and no notices.

国办发〔2018〕47号.
"""
NOTHING: Mapping[str, str] = {
    "licence": "证照目录里没有能说明同一件事的电子证照。",
    "commitment": "登记册里没有允许用书面承诺代替它。",
    "upper": "国家、省和本市公布的取消清单里没有它。",
    "list": "要它的事项都在办理。",
    "needless": "没有重复，也没有写成不必要。",
}
"""What is said of a rule for which nothing speaks, where the reason is not one of the catalogue's own facts."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one rule: the verdict of the facts, and the facts in words."""

    rule: Rule
    verdict: Verdict
    words: tuple[str, ...]

    @property
    def said(self) -> str:
        """The verdict in words."""
        return VERDICTS[self.verdict]


@dataclass(frozen=True)
class Use:
    """One standard in force that asks for a proof: its number in the catalogue, and the material with its path.

    `places`: in how many divisions it is offered.
    """

    number: int
    path: str
    material: Material
    places: int


@dataclass(frozen=True)
class Around:
    """What else is known: the catalogue, the departments' names, which shared resources each department gives.

    `taken`: by the name of a proof, the standards that take the applicant's written word for it.
    """

    city: Known
    departments: Mapping[str, str]
    resources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    taken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def called(self, department: str) -> str:
        """The department's name; another body as the definition calls it."""
        return self.departments.get(department, department)


Found = Mapping[str, Sequence[str]]


def evidence(uses: Sequence[Use], issuer: str, around: Around) -> tuple[Evidence, ...]:
    """The eight rules of a proof that these standards ask for and `issuer` issues, in the plan's order."""
    found = _found(uses, around)
    return tuple(_of(rule, found.get(rule.id, ()), uses, issuer, around) for rule in EIGHT)


def _found(uses: Sequence[Use], around: Around) -> Found:
    """What the linter says of these materials, by rule, each with the standard that asks."""
    kept: dict[str, list[str]] = defaultdict(list)
    for use in uses:
        standard, own = around.city.standards[use.number], around.city.standards[use.number].item.department
        findings = (*proofs.needless(standard, around.city), *proofs.repeated(standard), *checks_guide.basis(standard))
        for one in (one for one in findings if one.path in (use.path, f"{use.path}.basis")):
            rule = _rule(one, use, standard, around.city)
            if rule:
                kept[rule].append(f"{place(standard)}：{one.message.replace(f'（{own}）', f'（{around.called(own)}）')}")
    return kept


def _rule(finding: Finding, use: Use, standard: Standard, city: Known) -> str:
    if finding.code != "OV302":
        return OF_CODE.get(finding.code, "")
    source = proofs.provider(use.material.name, standard.item.id, city)
    return "licence" if source and source.source.startswith("licence:") else "network"


def place(standard: Standard) -> str:
    """The standard in words: 契税申报（县级）."""
    return f"{standard.item.name}（{phrases.LEVELS[standard.level]}）"


def _of(rule: Rule, found: Sequence[str], uses: Sequence[Use], issuer: str, around: Around) -> Evidence:
    if found:
        return Evidence(rule, "yes", tuple(dict.fromkeys(found)))
    verdict, words = MORE.get(rule.id, _nothing)(rule, uses, issuer, around)
    return Evidence(rule, verdict, words)


Said = tuple[Verdict, tuple[str, ...]]


def _nothing(rule: Rule, _uses: Sequence[Use], _issuer: str, _around: Around) -> Said:
    return "no", (NOTHING[rule.id],)


def _basis(_rule: Rule, uses: Sequence[Use], _issuer: str, around: Around) -> Said:
    """Each asks with a basis; whether that is a law or a regulation is told by its name."""
    weak: dict[str, None] = {}
    told: dict[str, None] = {}
    for use in uses:
        where, written = place(around.city.standards[use.number]), phrases.basis(use.material.basis)
        told[f"{where}：{written}。"] = None
        if not any(_is_law(one.law) for one in use.material.basis):
            weak[f"{where}：依据是{written}，不是法律、法规或者国务院决定，请核对。"] = None
    return ("ask", tuple(weak)) if weak else ("no", tuple(told))


def _is_law(name: str) -> bool:
    return bool(LAW.search(name.strip("《》 ").split("（")[0]))


def _commitment(rule: Rule, uses: Sequence[Use], issuer: str, around: Around) -> Said:
    """Where another standard takes the applicant's word for the same thing, this one can as well."""
    names = {proofs.whose(use.material.name) for use in uses}
    taken = tuple(f"{where}：已经用书面承诺代替它。" for name in sorted(names) for where in around.taken.get(name, ()))
    return ("yes", taken) if taken else _nothing(rule, uses, issuer, around)


def _network(_rule: Rule, _uses: Sequence[Use], issuer: str, around: Around) -> Said:
    """An issuer that shares other data can perhaps share this too."""
    given = around.resources.get(issuer, ())
    if given:
        return "ask", (f"{around.called(issuer)}已经共享{'、'.join(given)}，请核对能不能直接核验这份证明。",)
    return "no", ("共享目录里没有能核验它的数据。",)


def _list(rule: Rule, uses: Sequence[Use], issuer: str, around: Around) -> Said:
    """Items that are offered nowhere any more are off the list; what they asked for goes with them."""
    gone = tuple(f"{place(around.city.standards[use.number])}：已经没有地方办理这个事项。" for use in uses if not use.places)
    if not gone:
        return _nothing(rule, uses, issuer, around)
    return ("yes" if len(gone) == len(uses) else "ask"), tuple(dict.fromkeys(gone))


def _unobtainable(_rule: Rule, uses: Sequence[Use], issuer: str, around: Around) -> Said:
    """Whoever is to issue it must have an item by which he does."""
    makers = tuple(dict.fromkeys(_makers(uses, around)))
    if makers:
        return "no", (f"由{'、'.join(makers)}开具。",)
    if not issuer:
        return "ask", ("规程没有写明由谁开具，请核对有没有单位能开。",)
    if issuer in around.departments:
        return "ask", (f"目录里没有{around.called(issuer)}开具它的事项，请核对能不能开、有没有权查证。",)
    return "no", (f"由{issuer}开具，不在本市目录里。",)


def _makers(uses: Sequence[Use], around: Around) -> Iterator[str]:
    """The items by which it is issued."""
    for use in uses:
        for number in proofs.leads(use.material, use.number, around.city):
            yield f"“{place(around.city.standards[number])}”"


MORE: Mapping[str, Callable[[Rule, Sequence[Use], str, Around], Said]] = {
    "basis": _basis,
    "commitment": _commitment,
    "network": _network,
    "list": _list,
    "unobtainable": _unobtainable,
}
"""What is looked into where the linter finds nothing."""
