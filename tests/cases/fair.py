"""An item with people at every level: a window accepts, a town inspects (twice at most), the county's chief decides."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from tests.cases import ground
from tests.catalogue import town

from onevisit.access import SYSTEM, Actor, Grant
from onevisit.cases import actions, queries
from onevisit.cases.actions import NewRecord, Said
from onevisit.cases.queries import CaseView
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue import packs
from onevisit.city.models import Division
from onevisit.licences import actions as licences

NEAR, TOWN = town.NEAR, town.TOWN
VILLAGE = f"{TOWN[:9]}201"
FAIR = """
format: onevisit/1
item:
  key: fair
  name: 举办庙会许可
  type: 行政许可
  department: market
  theme: [企业开办]
  basis: [{law: 示例庙会条例, article: 第一条, text: 举办庙会应当取得许可。}]
level: county
audience: [person, organisation]
limits: {legal: 20, promised: 10}
questions:
  - {id: night, ask: 晚上办不办？, options: {yes: 办, no: 不办}}
materials:
  - {id: plan, name: 场地平面图, basis: &law [{law: 示例庙会条例, article: 第二条}], form: {kind: copy, copies: 1}}
  - {id: insurance, name: 公众责任险保单, basis: *law, tolerance: true, supplement_days: 3, form: {kind: copy, copies: 1}}
form:
  - {id: where, label: 在哪个村（社区）办, type: division}
  - {id: phone, label: 联系电话, type: phone, source: applicant.phone, same_as: person.phone, sensitive: true}
process:
  - {id: submit, by: applicant, does: submit, at: [online, hall]}
  - {id: identity, by: applicant, does: verify, needs: [submit], at: [online, hall]}
  - {id: accept, by: window, does: accept, level: village, needs: [identity], instant: true}
  - id: check
    name: 现场核查
    by: department
    does: inspect
    level: town
    needs: [accept]
    days: 3
    outcomes: [safe, unsafe]
    rework: {on: unsafe, to: check, times: 1, applicant_days: 5}
  - {id: review, by: department, does: review, needs: [accept], days: 2}
  - {id: decide, by: department, does: decide, needs: [check, review], days: 1, authority: chief}
  - {id: issue, by: system, does: issue, needs: [decide], result: permit, instant: true}
  - {id: deliver, by: system, does: deliver, needs: [issue], at: [licence, hall], instant: true}
results: [{id: permit, name: 庙会许可证, licence: stall-permit, sample: permit.html}]
faq: [{q: 要等多久？, a: 十个工作日以内。}]
"""


def offer(path: Path, text: str = FAIR) -> None:
    """The near county offers the permit; its town has a village."""
    Division.objects.create(code=VILLAGE, name="近山村", level="village", parent=Division.objects.get(code=TOWN))
    folder = path / "fair"
    (folder / "forms").mkdir(parents=True)
    (folder / "forms" / "permit.html").write_text("<h1>庙会许可证（样本）</h1>", encoding="utf-8")
    (folder / "standard.yaml").write_text(text, encoding="utf-8")
    catalogue.publish_pack(SYSTEM, packs.load(folder))
    licences.define(SYSTEM, ground.PERMIT, NEAR)
    catalogue.offer(SYSTEM, "fair", NEAR)


def filed(actor: Actor, insured: bool = False) -> CaseView:
    """A case of the fair, filed and its applicant identified."""
    view = actions.start(actor, "fair", NEAR, {"night": "no"})
    actions.save(actor, view.id, {"where": VILLAGE, "phone": "15400000001"})
    for material in ("plan", "insurance") if insured else ("plan",):
        ground.a_paper(actor, view.id, material)
    actions.file(actor, view.id)
    return actions.confirm(actor, view.id, "identity")


def acceptor() -> Actor:
    """Who accepts at the village point."""
    return both("window", "acceptor", department="township", division=VILLAGE)


def taken(officer: Actor, case: str, step: str = "") -> Actor:
    """The officer with the step in hand."""
    actions.take(officer, case, step)
    return ground.holding(officer)


def accepted(actor: Actor, **how: Any) -> CaseView:
    """A case that the village has accepted."""
    view = filed(actor, **how)
    actions.accept(taken(acceptor(), view.id), view.id)
    return queries.view(ground.row(view.id))


def both(*roles: str, department: str = "market", division: str = NEAR) -> Actor:
    """An officer with several roles at one office."""
    one = ground.officer(roles[0], department, division)
    return Actor(one.id, "officer", person=one.person, grants=tuple(Grant(r, department, division) for r in roles), fresh=True)


def seen(*officers: Actor, text: str = "出口三处，灭火器齐全。") -> Said:
    """What officers say after an inspection half an hour ago."""
    held = NewRecord("inspection", tuple(one.id for one in officers), settings.CLOCK() - timedelta(minutes=30), text)
    return Said("核查完毕。", held)
