"""The example of the format, whole, as a file: it reads without a fault, and everything that is said of it holds."""

import json
from decimal import Decimal

import pytest

from onevisit.core import process, situations, visits
from onevisit.core.definition import ItemHead, Limits, MaterialForm, Standard
from onevisit.core.offers import Matter, Offer, OfferPlace, Phones, Register
from onevisit.core.reading import read, to_json

EXAMPLE = """
format: onevisit/1
item:      {key: deed-tax, code: "...", name: 契税申报, type: 行政征收, department: tax,
            basis: [{law: 中华人民共和国契税法, article: 第九条, text: "..."}]}
level:     county                    # city | county | town | village
audience:  [person, organisation]    # 自然人 | 法人
parties:   [{id: buyer, name: 买方}, {id: seller, name: 卖方}]   # optional; absent = one applicant
handling:  instant                   # instant 即办件 | promised 承诺件
handled_in: here
limits:    {legal: 20, promised: 1}
depth:     4                         # 网办深度 1..4
conditions:
  - {id: owner, text: 申请人为房屋权属的承受人, basis: [{law: 中华人民共和国契税法, article: 第一条}], when: {}}
questions:
  - {id: deal, ask: 您以哪种方式取得房屋?, options: {purchase: 购买, gift: 受赠, exchange: 互换}}
  - {id: loan, ask: 是否贷款?, options: {yes: 是, no: 否}, when: {deal: [purchase]}}
materials:
  - id: contract
    name: 商品房买卖合同
    when: {deal: [purchase]}
    source: shared:housing.contract
    basis: [{law: 中华人民共和国契税法, article: 第九条}]
    form: {kind: original, copies: 0, paper: A4, signature: applicant, template: contract.docx, sample: contract.pdf}
    issued_by: housing
    result_of: "..."
    one_of: title
    tolerance: false
    shown: submit
form:
  - {id: area, label: 建筑面积, type: decimal, unit: m², min: 0, source: shared:housing.contract.area}
process:
  - {id: submit,  by: applicant, does: submit,  at: [online, hall, kiosk]}
  - {id: accept,  by: system,    does: accept,  needs: [submit], instant: true}
  - {id: verify,  by: system,    does: verify,  needs: [accept], instant: true}
  - {id: decide,  by: system,    does: decide,  needs: [verify], rule: deed-tax, instant: true}
  - {id: pay,     by: applicant, does: pay,     needs: [decide], at: [online, hall]}
  - {id: issue,   by: system,    does: issue,   needs: [pay], result: certificate, instant: true}
  - {id: deliver, by: system,    does: deliver, needs: [issue], at: [licence, courier, hall]}
fees:      [{name: ..., amount: rule:deed-tax.payable, basis: [{law: 中华人民共和国契税法, article: 第三条}]}]
results:   [{id: certificate, name: 契税完税证明, licence: "...", sample: certificate.pdf}]
rules:     {deed-tax: rules/deed-tax.json}
faq:       [{q: ..., a: ...}]
"""

OFFER = """
format: onevisit/1
offer:
  item: "<code>"
  level: county
  division: "340304000000"
  department: "<credit code>"
  phones: {consult: 0552-1234567, complaint: 0552-7654321}
  places: [{site: yuhui, hall: 禹会区政务服务中心, windows: [综合窗口], hours: "09:00-17:00", address: ...}]
  limits: {promised: 1}
  also_at: {submit: [kiosk]}
"""

REGISTER = """
format: onevisit/1
register:
  shared:      [{id: civil.marriage, name: 婚姻登记信息, provider: civil-affairs, gives: [结婚证明, 无婚姻登记记录证明]}]
  licences:    [{type: "...", name: 居民身份证, issuer: police}]
  cancelled:   [{name: 单身证明, by: 国务院, instead: shared:civil.marriage}]
  commitments: [{name: 居住情况说明}]
  unobtainable: [{name: 健在证明, why: 社区无权查证}]
"""

MATTER = """
format: onevisit/1
matter: {code: "...", name: 企业开办一件事, lead: market-regulation,
         items: [{item: "<code>"}, {item: "<code>", needs: ["<code>"]}]}
"""


@pytest.fixture(scope="module")
def example() -> Standard:
    reading = read(EXAMPLE)
    assert reading.faults == ()
    assert isinstance(reading.document, Standard)
    return reading.document


def test_the_example_says_what_stands_in_the_file(example: Standard) -> None:
    assert example.item.id == "deed-tax"
    assert example.limits == (Limits(legal=20, promised=1),)
    assert example.questions[1].options == {"yes": "是", "no": "否"}
    assert example.materials[0].form == MaterialForm("original", 0, "A4", "applicant", "contract.docx", "contract.pdf")
    assert example.form[0].min == Decimal(0)
    assert [step.does for step in example.process] == ["submit", "accept", "verify", "decide", "pay", "issue", "deliver"]


def test_the_example_has_one_situation_for_each_way_through_its_questions(example: Standard) -> None:
    assert list(situations.situations(example)) == [
        {"deal": "purchase", "loan": "yes"}, {"deal": "purchase", "loan": "no"}, {"deal": "gift"}, {"deal": "exchange"},
    ]  # fmt: skip


def test_an_item_without_a_key_goes_by_its_code() -> None:
    assert ItemHead("事项", "行政许可", "tax", code="340100000001").id == "340100000001"


def test_a_contract_to_be_shown_brings_the_buyer_to_the_hall_once(example: Standard) -> None:
    counted = visits.visits(example)
    assert (counted.promise, counted.zero.visits, counted.hall.visits) == ("one", 1, 1)
    assert counted.zero.plan == {"submit": "hall", "pay": "online", "deliver": "licence"}
    assert visits.visits(example, {"deal": "gift"}).promise == "zero"


def test_the_example_takes_no_days_and_runs_in_a_row(example: Standard) -> None:
    plan = process.plan(example, {"deal": "gift"})
    assert process.critical_path(plan).days == 0
    assert plan.order == ("submit", "accept", "verify", "decide", "pay", "issue", "deliver")


def test_an_offer_adds_doors_phones_and_a_tighter_promise() -> None:
    reading = read(OFFER)
    assert reading.faults == ()
    assert isinstance(reading.document, Offer)
    assert reading.document.phones == Phones("0552-1234567", "0552-7654321")
    assert reading.document.places == (OfferPlace("禹会区政务服务中心", "yuhui", ("综合窗口",), "09:00-17:00", "..."),)
    assert reading.document.limits == (Limits(promised=1),)
    assert reading.document.also_at == {"submit": ("kiosk",)}


def test_the_register_and_a_matter_read_as_they_are_written() -> None:
    register, matter = read(REGISTER), read(MATTER)
    assert register.faults == matter.faults == ()
    assert isinstance(register.document, Register)
    assert register.document.shared[0].gives == ("结婚证明", "无婚姻登记记录证明")
    assert isinstance(matter.document, Matter)
    assert matter.document.items[1].needs == ("<code>",)


@pytest.mark.parametrize("text", [EXAMPLE, OFFER, REGISTER, MATTER])
def test_each_kind_of_file_comes_back_from_its_json(text: str) -> None:
    document = read(text).document
    again = read(json.dumps(to_json(document), ensure_ascii=False))
    assert again.faults == ()
    assert again.document == document
