"""What tests of cases are built from: a small city with two items, some people, and a case at any point of its life.

`stall` is decided by a person and asks for a paper, and for a fee where food is sold; the deed tax is decided by its rule.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from tests.catalogue import town

from onevisit.access import SYSTEM, Actor, Grant
from onevisit.cases import actions, follow, queries
from onevisit.cases.models import Case
from onevisit.cases.queries import CaseView
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue import packs
from onevisit.catalogue.packs import Pack
from onevisit.identity import actions as identity
from onevisit.identity import queries as people
from onevisit.identity.models import Holding
from onevisit.licences import actions as licences
from onevisit.licences.packs import NewType
from onevisit.licences.packs import read as licence_types
from onevisit.papers import actions as papers
from onevisit.rules import actions as rules
from onevisit.settings import PACKS
from onevisit.sharing import actions as sharing

NEAR, FAR = town.NEAR, town.FAR
STALL = """
format: onevisit/1
item:
  key: stall
  name: 摆摊经营许可
  type: 行政许可
  department: market
  theme: [企业开办]
  basis: [{law: 示例摊贩条例, article: 第一条, text: 摆摊应当取得许可。}]
level: county
audience: [person, organisation]
limits: {legal: 20, promised: 5}
questions:
  - {id: food, ask: 卖不卖食品？, options: {yes: 卖, no: 不卖}}
materials:
  - {id: photo, name: 摊位照片, basis: [{law: 示例摊贩条例, article: 第二条}], form: {kind: copy, copies: 1}}
  - {id: health, name: 健康证明, one_of: health, when: &food {food: ["yes"]}, basis: &law [{law: 示例摊贩条例, article: 第三条}]}
  - {id: exam, name: 体检报告, one_of: health, when: *food, basis: *law}
form:
  - {id: goods, label: 卖什么, same_as: stall.goods}
  - {id: area, label: 占地面积, type: decimal, unit: m², min: 1, max: 20}
  - {id: phone, label: 联系电话, type: phone, source: applicant.phone, same_as: person.phone, sensitive: true}
  - {id: cooled, label: 有没有冷藏设备, type: yes_no, when: {food: ["yes"]}}
  - {id: remark, label: 备注, type: long_text, required: false}
process:
  - {id: submit, by: applicant, does: submit, at: [online, hall]}
  - {id: accept, by: system, does: accept, needs: [submit], instant: true}
  - {id: decide, by: department, does: decide, needs: [accept], days: 3}
  - {id: pay, by: applicant, does: pay, needs: [decide], at: [online], when: {food: ["yes"]}}
  - {id: issue, by: system, does: issue, needs: [pay], result: permit, instant: true}
  - {id: deliver, by: system, does: deliver, needs: [issue], at: [licence, hall], instant: true}
fees: [{name: 卫生费, amount: "20.00", when: {food: ["yes"]}, basis: [{law: 示例摊贩条例, article: 第六条}]}]
results: [{id: permit, name: 摆摊经营许可证, licence: stall-permit, sample: permit.html}]
faq: [{q: 要等多久？, a: 五个工作日以内。}]
"""
PERMIT = NewType(
    "stall-permit", "摆摊经营许可证", "market",
    ({"label": "经营者", "from": "holder"}, {"label": "范围", "from": "value:goods"}, {"label": "面积", "from": "value:area"}),
    basis="《示例摊贩条例》第一条", valid_years=1,
)  # fmt: skip
TYPED: dict[str, Any] = {"goods": "手工布鞋", "area": "６．５0", "phone": "154 0000 0001"}
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(64)


def small_city() -> None:
    """Two counties with their offices; the offices of what the deed tax asks for."""
    town.small_city()
    town.all_departments()


def offer_stall(path: Path, text: str = STALL) -> None:
    """The near county offers the stall permit."""
    catalogue.publish_pack(SYSTEM, stall_pack(path, text))
    licences.define(SYSTEM, PERMIT, NEAR)
    catalogue.offer(SYSTEM, "stall", NEAR)


def stall_pack(path: Path, text: str = STALL) -> Pack:
    """The pack of the stall permit, written below `path`."""
    folder = path / "stall"
    (folder / "forms").mkdir(parents=True, exist_ok=True)
    (folder / "forms" / "permit.html").write_text("<h1>摆摊经营许可证（样本）</h1>", encoding="utf-8")
    (folder / "standard.yaml").write_text(text, encoding="utf-8")
    return packs.load(folder)


@cache
def deed_tax_pack() -> Pack:
    """The deed tax as we ship it."""
    return packs.load(PACKS / "deed-tax")


def offer_deed_tax() -> None:
    """The near county takes the deed tax."""
    pack = deed_tax_pack()
    sharing.load_pack(SYSTEM, pack)
    for new in licence_types(PACKS / "deed-tax" / "licences.yaml"):
        licences.define(SYSTEM, new, NEAR)
    rules.load_pack(SYSTEM, pack)
    catalogue.publish_pack(SYSTEM, pack)
    catalogue.offer(SYSTEM, "deed-tax", NEAR)


def person(key: str = "zhang-xiaoyue") -> Actor:
    """A person of the demo, logged in."""
    row = next(one for one in people.demo_people() if one.key == key)
    found = identity.people.recorded_person(identity.NewPerson(row.name, row.number, phone=row.phone, demo=True))
    return Actor(str(uuid4()), "applicant", person=found, fresh=True)


def firm() -> Actor:
    """Somebody who acts for his firm."""
    row = next(one for one in people.demo_people() if one.key == "wang-zhiyuan")
    found = identity.people.recorded_organisation(row.organisation, row.credit_code, demo=True)
    return replace(person("wang-zhiyuan"), organisation=found)


def officer(role: str = "chief", department: str = "market", division: str = NEAR) -> Actor:
    """Somebody of an office."""
    return Actor(str(uuid4()), "officer", person=str(uuid4()), grants=(Grant(role, department, division),), fresh=True)


def holding(actor: Actor) -> Actor:
    """The officer with what he has in hand now."""
    held = Holding.objects.filter(holder=actor.id, ended_at=None).values_list("target", flat=True)
    return replace(actor, holds=frozenset(str(target) for target in held))


def a_draft(actor: Actor, food: str = "no", **typed: Any) -> CaseView:
    """A draft of the stall permit that lacks nothing, but for what `typed` spoils."""
    view = actions.start(actor, "stall", NEAR, {"food": food})
    more = {"cooled": "yes"} if food == "yes" else {}
    actions.save(actor, view.id, {**TYPED, **more, **typed})
    for material in ("photo", "exam") if food == "yes" else ("photo",):
        a_paper(actor, view.id, material)
    return queries.case(actor, view.id)


def a_paper(actor: Actor, case: str, material: str, name: str = "图.jpg") -> str:
    """A paper of its own, handed in; the attachment's id."""
    stored = papers.store(JPEG + uuid4().bytes, "image/jpeg")
    return str(actions.attach(actor, case, material, stored.public_id, name).public_id)


def a_filed(actor: Actor, food: str = "no") -> CaseView:
    """A stall case that was filed and not touched since."""
    return actions.file(actor, a_draft(actor, food).id)


def a_followed(actor: Actor, food: str = "no") -> CaseView:
    """A stall case that the house has accepted: it waits for an officer."""
    view = a_filed(actor, food)
    follow.follow(view.id)
    return queries.case(actor, view.id)


def a_taken(actor: Actor, food: str = "no") -> tuple[CaseView, Actor]:
    """A stall case in an officer's hands, and the officer."""
    view, chief = a_followed(actor, food), officer()
    actions.take(chief, view.id)
    return view, holding(chief)


def granted(chief: Actor, case: str) -> CaseView:
    """The officer's grant, followed to where it waits."""
    actions.decide(chief, case, actions.Ruling("grant", opinion="材料齐全。"))
    follow.follow(case)
    return queries.view(row(case))


def fetched(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Values as if the sources of the deed tax had given them."""
    at = settings.CLOCK().isoformat(timespec="seconds")
    fields = {f.id: f for f in deed_tax_pack().definitions[0].standard.form}
    return {
        name: {"value": value, "source": fields[name].source, "source_name": "演示", "at": at} for name, value in values.items()
    }


def row(case: str) -> Case:
    """The row as it is now."""
    return Case.objects.get(public_id=case)


def kinds(case: str) -> list[str]:
    """What has happened to a case."""
    return list(row(case).stream.events.order_by("seq").values_list("kind", flat=True))
