"""An item that two parties apply for, for tests: the sale of a boat. The people of the demo are its buyers and its seller."""

from pathlib import Path
from typing import Any

from tests.cases import ground
from tests.cases.ground import NEAR

from onevisit.access import SYSTEM, Actor
from onevisit.cases import actions, queries
from onevisit.cases.queries import CaseView
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue import packs
from onevisit.identity import queries as people
from onevisit.licences import actions as licences
from onevisit.licences.packs import NewType

BOAT = """
format: onevisit/1
item:
  key: boat-sale
  name: 小船过户登记
  type: 行政确认
  department: market
  theme: [水上]
  basis: [{law: 示例船舶条例, article: 第一条, text: 买卖小船的，双方共同申请登记。}]
level: county
audience: [person, organisation]
parties: [{id: taker, name: 买方}, {id: giver, name: 卖方}]
limits: {legal: 30, promised: 5, notice: 0}
questions:
  - {id: more, ask: 几个人买？, options: {one: 一个人, many: 几个人}}
form:
  - {id: boat, label: 船名}
  - {id: price, label: 价格, type: money, unit: 元}
  - {id: phone, label: 买方电话, type: phone, source: applicant.phone, same_as: person.phone, sensitive: true}
  - {id: account, label: 买方银行账号, type: bank_account, required: false, sensitive: true}
  - {id: giver_number, label: 卖方证件号码, same_as: giver.number, sensitive: true}
  - {id: giver_name, label: 卖方姓名, same_as: giver.name}
  - {id: giver_phone, label: 卖方电话, type: phone, same_as: giver.phone, sensitive: true}
  - id: with_him
    label: 一起买的人
    type: group
    same_as: taker.others
    when: {more: [many]}
    repeat: {min: 1, max: 5}
    fields:
      - {id: name, label: 姓名}
      - {id: number, label: 公民身份号码, type: person_number, sensitive: true}
      - {id: phone, label: 电话, type: phone, sensitive: true}
process:
  - {id: submit, name: 买方申请, by: "applicant:taker", does: submit, at: [online, hall]}
  - {id: confirm, name: 卖方确认, by: "applicant:giver", does: submit, needs: [submit], at: [online, hall]}
  - {id: identity, name: 核验身份, by: applicant, does: verify, needs: [confirm], at: [online, hall], together: [taker, giver]}
  - {id: accept, by: window, does: accept, needs: [identity], instant: true}
  - {id: pay, by: "applicant:taker", does: pay, needs: [accept], at: [online, hall]}
  - {id: decide, by: department, does: decide, needs: [accept], days: 5, authority: registrar}
  - {id: issue, by: system, does: issue, needs: [decide, pay], result: paper, instant: true}
  - {id: deliver, by: system, does: deliver, needs: [issue], at: [licence], instant: true}
fees: [{name: 登记费, amount: "80.00", basis: [{law: 示例船舶条例, article: 第六条}]}]
results: [{id: paper, name: 船舶登记证, licence: boat-paper, sample: paper.html, holder: taker}]
faq: [{q: 要等多久？, a: 五个工作日以内。}]
"""
PAPER = NewType(
    "boat-paper", "船舶登记证", "market", ({"label": "所有人", "from": "holder"}, {"label": "船名", "from": "value:boat"}),
    basis="《示例船舶条例》第一条",
)  # fmt: skip
TAKER, GIVER, OTHER = "lin-ruoxi", "chen-siyuan", "zhou-zihang"


def offer(path: Path, text: str = BOAT) -> None:
    """The near county offers the sale of boats."""
    folder = path / "boat"
    (folder / "forms").mkdir(parents=True, exist_ok=True)
    (folder / "forms" / "paper.html").write_text("<h1>船舶登记证（样本）</h1>", encoding="utf-8")
    (folder / "standard.yaml").write_text(text, encoding="utf-8")
    catalogue.publish_pack(SYSTEM, packs.load(folder))
    licences.define(SYSTEM, PAPER, NEAR)
    catalogue.offer(SYSTEM, "boat-sale", NEAR)


def who(key: str) -> people.DemoPerson:
    """A person of the demo."""
    return next(one for one in people.demo_people() if one.key == key)


def typed(giver: str = GIVER, *others: str, **more: Any) -> dict[str, Any]:
    """The form, with the seller and those who buy too."""
    row = who(giver)
    found = {"boat": "水鸟一号", "price": "5000", "phone": "15400000001", "account": "6222020000000001"}
    found |= {"giver_number": row.number, "giver_name": row.name, "giver_phone": row.phone}
    with_him = [{"name": who(one).name, "number": who(one).number, "phone": who(one).phone} for one in others]
    return {**found, **({"with_him": with_him} if others else {}), **more}


def a_draft(taker: Actor, *others: str, **more: Any) -> CaseView:
    """A draft of the sale that lacks nothing."""
    view = actions.start(taker, "boat-sale", NEAR, {"more": "many" if others else "one"})
    actions.save(taker, view.id, typed(GIVER, *others, **more))
    return queries.case(taker, view.id)


def a_filed(taker: Actor, *others: str, **more: Any) -> CaseView:
    """A sale that the buyer has filed."""
    return actions.file(taker, a_draft(taker, *others, **more).id)


def agreed(case: str, *all_of_them: Actor) -> None:
    """Everybody has confirmed and has shown that it is he."""
    for step in ("submit", "confirm", "identity"):
        for one in all_of_them:
            if any(turn.step == step and turn.mine for turn in queries.turns(one, case)):
                actions.confirm(one, case, step)


def clerk() -> Actor:
    """Who receives and accepts at the window."""
    return ground.officer("acceptor")
