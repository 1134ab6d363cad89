"""Every fault of a file is found, with its code, its line and its path; what can be read is read all the same."""

import pytest

from onevisit.core.definition import Presence, Renewal, Standard
from onevisit.core.reading import Fault, NotYaml, Reading, read
from onevisit.core.source import line_of, parse

HEAD = """\
format: onevisit/1
item: {key: demo, name: 演示事项, type: 行政许可, department: market, basis: [{law: 中华人民共和国行政许可法}]}
level: county
audience: [person]
"""
PROCESS = """\
process:
  - {id: submit, by: applicant, does: submit, at: [online, hall]}
"""


def of(extra: str, process: str = PROCESS) -> Reading:
    return read(HEAD + process + extra)


def found(reading: Reading) -> list[tuple[str, int, str]]:
    return [(fault.code, fault.line, fault.path) for fault in reading.faults]


def standard(reading: Reading) -> Standard:
    assert isinstance(reading.document, Standard)
    return reading.document


def test_a_sound_file_has_no_faults() -> None:
    assert of("").faults == ()


def test_every_fault_is_told_in_the_order_of_the_lines() -> None:
    text = HEAD.replace("county", "planet") + "foo: 1\n" + PROCESS.replace("does: submit", "dose: submit")
    assert found(read(text)) == [
        ("OV103", 3, "level"),
        ("OV101", 5, "foo"),
        ("OV101", 7, "process.submit.dose"),
        ("OV102", 7, "process.submit.does"),
    ]


def test_a_fault_says_what_is_meant_and_what_to_do() -> None:
    (fault,) = of("matrials: []\n").faults
    assert fault == Fault("OV101", "不认识的键“matrials”，是不是“materials”？", 7, "matrials")
    (fault,) = of("depth: 5\n").faults
    assert fault.message == "网办深度（depth）要1到4，现在是5。"


@pytest.mark.parametrize(
    ("extra", "path"),
    [
        ("handling: quick\n", "handling"),
        ("depth: deep\n", "depth"),
        ("limits: {legal: -1}\n", "limits.legal"),
        ("limits: {legal: 1.5}\n", "limits.legal"),
        ("limits: [{legal: 5}, {legal: soon}]\n", "limits.1.legal"),
        ("parties: {id: a}\n", "parties"),
        ("parties: [a]\n", "parties.0"),
        ("parties: [{id: a, name: 甲}, {id: a, name: 乙}]\n", "parties.1"),
        ("questions: [{id: a, ask: 问, options: [是, 否]}]\n", "questions.a.options"),
        ("questions: [{id: a, ask: 问, options: {yes: true}}]\n", "questions.a.options.yes"),
        ("materials: [{id: a, name: 表, source: mother}]\n", "materials.a.source"),
        ("materials: [{id: a, name: 表, tolerance: perhaps}]\n", "materials.a.tolerance"),
        ("materials: [{id: a, name: [表]}]\n", "materials.a.name"),
        ("form: [{id: a, label: 甲, min: few}]\n", "form.a.min"),
        ("form: [{id: a, label: 甲, min: 2, max: 1}]\n", "form.a.min"),
        ("form: [{id: a, label: 甲, source: rule:x}]\n", "form.a.source"),
        ("fees: [{name: 费, amount: true}]\n", "fees.0.amount"),
        ("faq: {q: 问, a: 答}\n", "faq"),
    ],
)
def test_a_bad_value_is_named_where_it_stands(extra: str, path: str) -> None:
    assert found(of(extra)) == [("OV103", 7, path)]


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("by: nobody, does: verify", ("OV103", "process.x.by")),
        ("by: 'department:', does: verify", ("OV103", "process.x.by")),
        ("by: system, does: dance", ("OV103", "process.x.does")),
        ("by: system, does: verify, at: [moon]", ("OV103", "process.x.at.0")),
        ("by: system, does: verify, instant: true, days: 3", ("OV103", "process.x.days")),
        ("by: system, does: verify, instant: soon", ("OV103", "process.x.instant")),
        ("by: system", ("OV102", "process.x.does")),
        ("by: system, does: verify, needs: [submti]", ("OV104", "process.x.needs")),
        ("by: applicant:seller, does: sign", ("OV104", "process.x.by")),
        ("by: window, does: sign, together: [seller]", ("OV104", "process.x.together")),
        ("by: system, does: issue, result: licence", ("OV104", "process.x.result")),
        ("by: system, does: decide, rule: tax", ("OV104", "process.x.rule")),
        ("by: applicant, does: pay, amount: rule:tax.payable", ("OV104", "process.x.amount")),
        ("by: system, does: verify, when: {deal: [gift]}", ("OV104", "process.x.when.deal")),
        ("by: system, does: verify, when: {step.submit: [good]}", ("OV104", "process.x.when.step.submit")),
        ("by: system, does: verify, when: {step.y: [good]}", ("OV104", "process.x.when.step.y")),
        ("by: system, does: verify, rework: {on: bad, to: y}", ("OV104", "process.x.rework.to")),
        ("by: system, does: verify, outcomes: [good], rework: {on: bad, to: submit}", ("OV104", "process.x.rework.on")),
    ],
)
def test_a_step_with_a_fault(step: str, fault: tuple[str, str]) -> None:
    code, path = fault
    assert found(of("", PROCESS + f"  - {{id: x, {step}}}\n")) == [(code, 7, path)]


@pytest.mark.parametrize(
    ("extra", "path"),
    [
        ("conditions: [{id: a, text: 年满16周岁, when: {deal: [gift]}}]\n", "conditions.a.when.deal"),
        ("limits: [{legal: 5, when: {deal: [gift]}}]\n", "limits.0.when.deal"),
        ("materials: [{id: a, name: 证, shown: deliver}]\n", "materials.a.shown"),
        ("fees: [{name: 费, amount: rule:tax.payable}]\n", "fees.0.amount"),
        ("form: [{id: a, label: 税, source: rule:tax.payable}]\n", "form.a.source"),
        ("results: [{id: a, name: 证, holder: child}]\n", "results.a.holder"),
        ("parameters: [{id: age, type: integer}]\nconditions: [{id: a, text: '年满{ago}周岁'}]\n", "conditions.a.text"),
    ],
)
def test_a_reference_to_nothing_is_found_wherever_it_stands(extra: str, path: str) -> None:
    assert [(fault.code, fault.path) for fault in of(extra).faults] == [("OV104", path)]


def test_an_answer_that_does_not_exist_is_a_reference_to_nothing() -> None:
    first = "questions:\n  - {id: deal, ask: 问, options: {gift: 赠, sale: 买}}\n"
    (fault,) = of(first + "  - {id: b, ask: 问, options: {x: 是}, when: {deal: [gfit]}}\n").faults
    assert fault == Fault("OV104", "“deal”没有答案“gfit”，可选：gift、sale。", 9, "questions.b.when.deal")


@pytest.mark.parametrize("name", ["format", "item", "level", "audience"])
def test_what_every_standard_needs_is_missed(name: str) -> None:
    text = "\n".join(line for line in HEAD.splitlines() if not line.startswith(name)) + "\n" + PROCESS
    assert ("OV102", name) in [(fault.code, fault.path) for fault in read(text).faults]


@pytest.mark.parametrize("part", ["basis: []", "basis: null", "name: ''"])
def test_what_is_empty_is_missing(part: str) -> None:
    key = part.partition(":")[0]
    item = {"key": "demo", "name": "演示", "type": "行政许可", "department": "market", "basis": "[{law: 法}]"}
    body = ", ".join(part if name == key else f"{name}: {value}" for name, value in item.items())
    assert found(read(HEAD.replace(HEAD.splitlines()[1], f"item: {{{body}}}") + PROCESS)) == [("OV102", 2, f"item.{key}")]


def test_an_item_has_a_key_or_a_code() -> None:
    assert found(read(HEAD.replace("key: demo, ", "") + PROCESS)) == [("OV102", 2, "item.key")]


def test_groups_have_fields_and_choices_have_options() -> None:
    fields = "form: [{id: a, label: 家庭成员, type: group}, {id: b, label: 性别, type: choice}]\n"
    assert found(of(fields)) == [("OV102", 7, "form.a.fields"), ("OV102", 7, "form.b.options")]


def test_another_version_of_the_format_is_a_bad_value() -> None:
    assert found(read((HEAD + PROCESS).replace("onevisit/1", "onevisit/2"))) == [("OV103", 1, "format")]


@pytest.mark.parametrize("odd", ["\x7f", "\x85", "\u2028", "\ufeff", "\ufffe", "长" * 2000])
def test_json_keeps_its_lines_whatever_stands_in_a_text(odd: str) -> None:
    text = '{"audience": ["' + odd + '"],\n"name": "' + odd + '",\n"level": "county"}'
    source = parse(text)
    assert source.value["name"] == odd
    assert source.lines["level"] == 3


@pytest.mark.parametrize("text", ['{"' + "长" * 3000 + '": 1, "level": 2}', '{"level": ' + "[" * 300 + "]" * 300 + "}"])
def test_json_that_yaml_cannot_read_is_read_all_the_same(text: str) -> None:
    source = parse(text)
    assert "level" in source.value
    assert line_of(source.lines, "level") == 1


def test_a_key_that_stands_twice_is_a_fault_in_yaml_and_in_json() -> None:
    assert found(of("level: city\n")) == [("OV103", 7, "level")]
    doubles = read('{"format": "onevisit/1",\n "matter": {"name": "甲", "items": [{"item": "a"}],\n "name": "乙"}}')
    assert found(doubles) == [("OV103", 3, "matter.name")]


def test_yes_and_no_are_words_and_numbers_keep_their_writing() -> None:
    text = "questions: [{id: loan, ask: 问, options: {yes: 是, no: 否, on: 开}}]\nfees: [{name: 费, amount: 010.50}]\n"
    read_back = standard(of(text))
    assert list(read_back.questions[0].options) == ["yes", "no", "on"]
    assert read_back.fees[0].amount == "010.50"


def test_a_value_may_stand_bare_where_the_format_says_so() -> None:
    bare = standard(
        of("limits: {legal: 20}\nrenews: 食品经营许可证\nbefore: 40\n", PROCESS.replace("at:", "presence: 核对原件, at:"))
    )
    assert bare.limits[0].legal == 20
    assert bare.renews == Renewal("食品经营许可证", 40)
    assert bare.process[0].presence == Presence("核对原件")
    assert standard(of("", PROCESS.replace("at:", "presence: {}, at:"))).process[0].presence == Presence("")
    assert standard(read(HEAD.replace("key: demo", "key: demo, theme: 税务") + PROCESS)).item.theme == ("税务",)


def test_a_scalar_is_no_list_anywhere_else() -> None:
    assert found(of("", PROCESS.replace("[online, hall]", "hall"))) == [("OV103", 6, "process.submit.at")]


def test_an_unlawful_procedure_is_left_to_the_linter() -> None:
    step = "  - {id: x, by: department, does: verify, special: holiday, days: 5}\n"
    assert standard(of("", PROCESS + step)).process[1].special == "holiday"


def test_an_offer_holds_nothing_but_local_facts() -> None:
    offer = read("format: onevisit/1\noffer:\n  item: demo\n  level: county\n  division: '340304000000'\n  materials: []\n")
    assert found(offer) == [("OV902", 6, "offer.materials")]


def test_a_file_is_of_one_kind() -> None:
    assert found(read("format: onevisit/1\nlevel: county\nregister: {}\n")) == [("OV101", 2, "level")]


@pytest.mark.parametrize("text", ["", "- 1", "词"])
def test_what_is_no_mapping_is_no_document(text: str) -> None:
    reading = read(text)
    assert reading.document is None
    assert found(reading) == [("OV103", 1, "")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [", 1),
        ("a: 1\nb: 2\n c: 3", 3),
        ("a: 1\nb: \x07", 2),
        ("a: &a [*a]", 1),
        ('{"a": "\\ud800"}', 1),
        ("a: 1\n---\nb: 2", 2),
        ("? [a]\n: 1", 1),
    ],
)
def test_what_is_neither_yaml_nor_json_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(NotYaml) as refusal:
        read(text)
    assert refusal.value.line == line


def test_aliases_may_repeat_but_not_explode() -> None:
    assert read("a: &b [{law: 法}]\nc: *b").faults
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(NotYaml):
        read("\n".join(rows))


def test_lines_are_found_by_id_by_place_and_by_what_is_around() -> None:
    reading = of("materials:\n  - id: contract\n    name: 合同\n    form:\n      copies: 1\n")
    assert reading.lines["materials.contract.form"] == 10
    assert reading.lines["materials.0"] == 8
    assert reading.line("materials.contract.form.paper") == 10
    assert reading.line("nowhere") == 1
