"""Each code of the table: a definition that is right, and one change that makes it wrong, with the line of the change."""

import time

import pytest

from onevisit.core.diagnostics import CODES
from onevisit.core.lint import edited, lint
from onevisit.core.reading import read

GOOD = """\
format: onevisit/1
item:
  key: food-permit
  code: "340101234000"
  name: 食品经营许可
  type: 行政许可
  department: market
  theme: 准营准办
  basis: [{law: 中华人民共和国食品安全法, article: 第三十五条}]
level: county
audience: [organisation]
handling: promised
limits: {legal: 20, promised: 10}
depth: 3
visits: 0
conditions:
  - id: firm
    text: 申请人已经登记为市场主体
    basis: [{law: 食品经营许可和备案管理办法, article: 第十二条}]
questions:
  - {id: kind, ask: 您经营什么？, options: {shop: 预包装食品, kitchen: 餐饮服务}}
  - {id: seats, ask: 有没有堂食？, options: {with: 有, without: 没有}, when: {kind: [kitchen]}}
materials:
  - id: licence
    name: 营业执照
    source: licence:business
    issued_by: market
    basis: [{law: 食品经营许可和备案管理办法, article: 第十三条}]
  - id: plan
    name: 经营场所平面图
    source: applicant
    issued_by: 申请人
    when: {kind: [kitchen]}
    basis: [{law: 食品经营许可和备案管理办法, article: 第十三条}]
    form: {kind: electronic, copies: 1, paper: A4, signature: 单位盖章, template: plan.docx, sample: plan.pdf}
  - id: health
    name: 从业人员健康证
    source: applicant
    issued_by: 医疗机构
    basis: [{law: 中华人民共和国食品安全法, article: 第四十五条}]
    form: {kind: original, copies: 0, sample: health.pdf}
    shown: inspect
form:
  - {id: firm, label: 单位名称, source: "shared:market.enterprise.name"}
process:
  - {id: submit, by: applicant, does: submit, at: [online, hall]}
  - {id: accept, by: window, does: accept, needs: [submit], instant: true}
  - {id: review, by: department, does: review, needs: [accept], days: 2}
  - {id: inspect, by: department, does: inspect, needs: [review], days: 5, at: [door], when: {kind: [kitchen]}}
  - {id: appraise, by: department, does: consult, needs: [accept], days: 3, special: expert_review}
  - {id: decide, by: department, does: decide, needs: [inspect, appraise], days: 1}
  - {id: pay, by: applicant, does: pay, needs: [decide], at: [online], when: {kind: [kitchen]}}
  - {id: issue, by: system, does: issue, needs: [pay], result: permit, instant: true}
  - {id: deliver, by: system, does: deliver, needs: [issue], at: [licence, courier, hall]}
fees: [{name: 证书工本费, amount: "10.00", basis: [{law: 行政事业性收费目录, article: 第三条}], when: {kind: [kitchen]}}]
results: [{id: permit, name: 食品经营许可证, licence: food, sample: permit.pdf}]
faq: [{q: 办多久？, a: 10个工作日。}]
"""


def found(*texts, base_items=()):
    report = lint([read(text, f"{number}.yaml") for number, text in enumerate(texts)], base_items)
    return [(one.code, one.file, one.line, one.path) for one in report.diagnostics]


def changed(*changes):
    """The good definition with these changes."""
    text = GOOD
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def line_of(text, anchor):
    assert text.count(anchor) == 1, anchor
    return text[: text.index(anchor)].count("\n") + 1


def test_a_good_definition_is_left_alone():
    assert found(GOOD) == []


CHANGES = [
    ("OV101", "handling: promised", "colour: red\nhandling: promised", "colour", "colour"),
    ("OV101", "does: review,", "does: review, dayz: 3,", "process.review.dayz", "dayz"),
    ("OV102", "  name: 食品经营许可\n", "", "item.name", "item:"),
    ("OV102", "basis: [{law: 中华人民共和国食品安全法, article: 第三十五条}]", "basis: [{law: 待定}]", "item.basis", "待定"),
    ("OV103", "days: 1}", "days: soon}", "process.decide.days", "soon"),
    ("OV104", "needs: [review]", "needs: [revue]", "process.inspect.needs", "revue"),
    ("OV201", "name: 经营场所平面图", "name: 其 他 材料", "materials.plan.name", "其 他"),
    ("OV202", "text: 申请人已经登记为市场主体", "text: 申请人符合有关规定", "conditions.firm.text", "有关规定"),
    ("OV202", "a: 10个工作日。", "a: 视情况而定。", "faq.0.a", "视情况"),
    ("OV301", "    basis: [{law: 食品经营许可和备案管理办法, article: 第十二条}]\n", "", "conditions.firm.basis", "- id: firm"),
    ("OV301", "basis: [{law: 中华人民共和国食品安全法, article: 第四十五条}]", 'basis: [{law: "?"}]',
     "materials.health.basis", 'law: "?"'),
    ("OV304", "issued_by: 医疗机构", "issued_by: market", "materials.health", "- id: health"),
    ("OV308", "    shown: inspect", "    shown: inspect\n    necessary: false", "materials.health", "- id: health"),
    ("OV308", "name: 从业人员健康证\n    source: applicant\n    issued_by: 医疗机构",
     "name: 经营场所平面图（复印件）\n    source: applicant", "materials.health", "- id: health"),
    ("OV309", "    form: {kind: original, copies: 0, sample: health.pdf}\n", "", "materials.health.form", "- id: health"),
    ("OV309", ", template: plan.docx, sample: plan.pdf", "", "materials.plan.form", "form: {kind: electronic"),
    ("OV309", "signature: 单位盖章, ", "", "materials.plan.form", "form: {kind: electronic"),
    ("OV309", "form: {kind: electronic, copies: 1", "form: {kind: copy, copies: 0", "materials.plan.form", "form: {kind: copy"),
    ("OV310", "    shown: inspect\n", "", "materials.health", "- id: health"),
    ("OV401", "needs: [accept], days: 2", "needs: [accept, decide], days: 2", "process.review.needs", "{id: review"),
    ("OV402", "needs: [submit], instant: true", "needs: [submit]", "process.accept", "{id: accept"),
    ("OV403", "issue, needs: [pay], result: permit,", "issue, needs: [pay], when: {seats: [with]}, result: permit,",
     "results", "results:"),
    ("OV403", "needs: [accept], days: 3", "needs: [accept], when: {kind: [shop], seats: [with]}, days: 3",
     "process.appraise.when", "{id: appraise"),
    ("OV403", "results: [", "results: [{id: copy, name: 副本, sample: copy.pdf}, ", "results.copy", "id: copy"),
    ("OV403", "does: decide", "does: consult", "process", "process:"),
    ("OV404", "at: [door], when", "presence: {reason: 须本人到现场办理}, when", "process.inspect.presence", "{id: inspect"),
    ("OV404", "at: [door], when", "presence: true, when", "process.inspect.presence", "{id: inspect"),
    ("OV405", "special: expert_review", "special: lunch", "process.appraise.special", "lunch"),
    ("OV405", "days: 3, special: expert_review", "special: expert_review", "process.appraise.special", "expert_review"),
    ("OV405", "special: expert_review", "special: own_law", "process.appraise.special", "own_law"),
    ("OV501", "needs: [decide], at: [online]", "needs: [decide], at: [hall]", "process.pay", "{id: pay"),
    ("OV502", "visits: 0", "visits: 3", "visits", "visits: 3"),
    ("OV601", "promised: 10", "promised: 21", "limits.promised", "21"),
    ("OV602", "handling: promised", "handling: instant", "process.review", "{id: review"),
    ("OV701", ', basis: [{law: 行政事业性收费目录, article: 第三条}]', "", "fees.0.basis", "fees:"),
    ("OV702", "article: 第三条}], when: {kind: [kitchen]}}]", "article: 第三条}]}]", "fees", "fees:"),
    ("OV702", "at: [online], when: {kind: [kitchen]}}\n", "at: [online]}\n", "process.pay", "{id: pay"),
    ("OV802", ", sample: permit.pdf", "", "results.permit.sample", "results:"),
    ("OV803", "faq: [{q: 办多久？, a: 10个工作日。}]", "faq: []", "faq", "faq:"),
    ("OV804", "theme: 准营准办", "theme: 生育收养", "item.theme", "生育收养"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "path", "anchor"), CHANGES, ids=lambda value: "")
def test_one_wrong_thing_is_found_at_its_line(code, old, new, path, anchor):
    text = changed((old, new))
    assert (code, "0.yaml", line_of(text, anchor), path) in found(text)


@pytest.mark.parametrize(("code", "old", "new"), [row[:3] for row in CHANGES], ids=lambda value: "")
def test_one_wrong_thing_is_told_once(code, old, new):
    follows = {"OV404": {"OV501", "OV502"}, "OV501": {"OV502"}}.get(code, set())
    assert {one for one, *_ in found(changed((old, new)))} - follows == {code}


def test_a_misspelt_key_is_not_told_a_second_time_as_what_lacks():
    text = changed(("days: 1}", "dayss: 1}"))
    assert [one[0] for one in found(text)] == ["OV101"]
    assert {one[0] for one in found(changed(("days: 1}", "colour: red}")))} == {"OV101", "OV402"}
    law = "    basis: [{law: 食品经营许可和备案管理办法, article: 第十二条}]"
    assert [one[0] for one in found(changed((law, "    basis: [第十二条]")))] == ["OV103"]


def test_severities_are_those_of_the_table():
    warnings = {code for code, one in CODES.items() if one.severity == "warning"}
    assert warnings == {"OV306", "OV308", "OV309", "OV310", "OV803", "OV804"}


def test_every_finding_says_what_the_law_says_and_how_to_mend_it():
    texts = [changed(row[1:3]) for row in CHANGES]
    for one in lint([read(text, "x") for text in texts]).diagnostics:
        assert one.basis
        assert one.mend.endswith("。")
        assert one.message.endswith(("。", "？"))


def test_a_lawful_exception_makes_many_visits_a_warning():
    many = ("needs: [decide], at: [online]", "needs: [decide], at: [hall]")
    lawful = ("visits: 0\n", "exception: {why: 冷静期, basis: [{law: 民法典, article: 第一千零七十七条}]}\n")
    (one,) = lint([read(changed(many, lawful), "x")]).diagnostics
    assert (one.code, one.severity) == ("OV501", "warning")
    assert "2次" in one.message


def test_every_circle_is_told_once_and_what_comes_after_is_not_told_at_all():
    text = changed(
        ("needs: [submit], instant", "needs: [review], instant"), ("needs: [decide], at", "needs: [decide, issue], at")
    )
    assert [(code, path) for code, _, _, path in found(text)] == [
        ("OV401", "process.accept.needs"), ("OV401", "process.pay.needs"),
    ]  # fmt: skip


def test_a_step_of_the_applicant_and_a_handing_over_need_no_time():
    assert not found(changed(("needs: [issue], at: [licence", "needs: [issue], instant: true, at: [licence")))
    assert [one[0] for one in found(changed(("needs: [issue], at: [licence, courier, hall]", "needs: [issue]")))] == ["OV402"]


@pytest.mark.parametrize("reason", ["现场", "须本人到现场办理。", "申请人到大厅窗口", "", "按规定到场提交申请"])
def test_a_reason_that_only_says_come_is_none(reason):
    assert "OV404" in {one[0] for one in found(changed(("at: [door], when", f'presence: {{reason: "{reason}"}}, when')))}


@pytest.mark.parametrize("reason", ["面签", "当面核对人像和证件", "采集指纹", "法官询问双方的意思"])
def test_a_reason_that_says_why_is_one(reason):
    assert "OV404" not in {one[0] for one in found(changed(("at: [door], when", f'presence: {{reason: "{reason}"}}, when')))}


def test_without_the_list_of_base_items_none_is_unknown():
    assert found(GOOD, base_items={"food-permit"}) == found(GOOD, base_items={"340101234000"}) == []
    assert found(GOOD, base_items={"deed"}) == [("OV903", "0.yaml", 2, "item")]


def test_nothing_that_is_read_is_nothing_that_is_found():
    report = lint([])
    assert (report.files, report.errors, report.warnings, report.diagnostics) == (0, 0, 0, ())


def renumbered(number):
    text = GOOD.replace("food-permit", f"item-{number}").replace("食品经营许可", f"许可{number}")
    return text.replace('"340101234000"', f'"{number:012}"')


def test_a_thousand_definitions_take_less_than_ten_seconds():
    """A tenth of them, in a tenth of the time."""
    texts = [renumbered(number) for number in range(100)]
    start = time.process_time()
    report = lint([read(text, f"{number}.yaml") for number, text in enumerate(texts)])
    assert (report.files, report.errors) == (100, 0)
    assert time.process_time() - start < 1


def test_one_edit_takes_less_than_a_tenth_of_a_second():
    readings = [read(renumbered(number), str(number)) for number in range(100)]
    start = time.process_time()
    found = edited(read(renumbered(7).replace("promised: 10", "promised: 21"), "7"), readings)
    assert time.process_time() - start < 0.1
    assert [one.code for one in found] == ["OV601"]


@pytest.mark.parametrize("name", ["0.yaml", "1.yaml", "new.yaml"])
def test_an_edited_file_is_told_what_the_whole_catalogue_would_be(name):
    """Its own older text is no other file; what it tells against another is told of it."""
    others = [read(GOOD, "0.yaml"), read(renumbered(1), "1.yaml")]
    text = renumbered(1).replace("name: 许可1", "name: 另一个名称").replace("level: county", "level: city")
    text = text.replace("promised: 10", "promised: 21")
    whole = lint([*(one for one in others if one.name != name), read(text, name)])
    assert edited(read(text, name), others) == [one for one in whole.diagnostics if one.file == name]
    assert {one.code for one in edited(read(text, "new.yaml"), others)} == {"OV601", "OV901"}
