"""Across files: levels of an item, two guides of one level, offers and matters."""

from onevisit.core.lint import lint
from onevisit.core.reading import read

STANDARD = """\
format: onevisit/1
item: {key: residence, code: "340101234000", name: 居住证申领, type: 公共服务事项, department: police,
  basis: [{law: 居住证暂行条例, article: 第九条}]}
level: county
audience: [person]
limits: {legal: 15, promised: 10}
parameters: [{id: years, type: integer, min: 1, max: 3}]
process:
  - {id: submit, by: applicant, does: submit, at: [online, hall]}
  - {id: review, by: department, does: review, needs: [submit], days: 3}
  - {id: issue, by: system, does: issue, needs: [review], result: permit, instant: true}
results: [{id: permit, name: 居住证, sample: permit.pdf}]
"""
OFFER = """\
format: onevisit/1
offer:
  item: residence
  level: county
  division: "340304000000"
  phones: {consult: 0552-1234567, complaint: 0552-7654321}
  limits: {promised: 5}
  also_at: {submit: [kiosk]}
  parameters: [{id: years, value: "2", basis: [{law: 本市居住证办法, article: 第三条}]}]
"""
MATTER = "format: onevisit/1\nmatter: {name: 新市民一件事, items: [{item: residence}]}\n"


def found(*texts):
    report = lint([read(text, f"{number}.yaml") for number, text in enumerate(texts)])
    return [(one.code, one.file, one.line, one.path) for one in report.diagnostics]


def but(text, *changes):
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


CITY = but(STANDARD, ("level: county", "level: city"))


def test_a_catalogue_that_agrees_is_left_alone():
    assert found(STANDARD, CITY, OFFER, MATTER) == []


def test_levels_of_one_item_say_the_same():
    assert found(STANDARD, but(CITY, ("居住证申领", "居住证办理"))) == [("OV901", "1.yaml", 2, "item.name")]
    assert found(STANDARD, but(CITY, ("公共服务事项", "行政确认"))) == [("OV901", "1.yaml", 2, "item.type")]
    assert found(STANDARD, but(CITY, ("第九条", "第八条"))) == [("OV901", "1.yaml", 3, "item.basis")]
    assert found(STANDARD, but(CITY, ('"340101234000"', '"340101234001"'))) == [("OV901", "1.yaml", 2, "item.code")]


def test_a_code_or_a_name_and_its_department_link_levels_too():
    assert found(STANDARD, but(CITY, ("key: residence, ", ""), ("第九条", "第八条"))) == [("OV901", "1.yaml", 3, "item.basis")]
    other = but(CITY, ("key: residence", "key: other"), ('"340101234000"', '"340101234001"'))
    assert found(STANDARD, other) == [("OV901", "1.yaml", 2, "item.code")]
    assert found(STANDARD, but(other, ("居住证申领", "暂住登记"))) == []


def test_the_name_of_the_country_and_title_marks_make_no_other_law():
    assert found(STANDARD, but(CITY, ("law: 居住证暂行条例", "law: 《中华人民共和国居住证暂行条例》"))) == []


def test_two_guides_of_one_level_differ_in_local_facts_only():
    assert found(STANDARD, STANDARD) == []
    assert (
        found(STANDARD, but(STANDARD, ("promised: 10", "promised: 8"), ("at: [online, hall]", "at: [online, hall, kiosk]"))) == []
    )
    assert found(STANDARD, but(STANDARD, ("days: 3", "days: 2"))) == [("OV902", "1.yaml", 8, "process")]


def test_an_offer_is_of_an_item_and_a_level_that_there_are():
    assert found(STANDARD, but(OFFER, ("item: residence", "item: elsewhere"))) == [("OV903", "1.yaml", 3, "offer.item")]
    assert found(STANDARD, but(OFFER, ("level: county", "level: town"))) == [("OV104", "1.yaml", 4, "offer.level")]
    assert found(OFFER) == []


def test_an_offer_is_only_tighter_and_only_local():
    assert found(STANDARD, but(OFFER, ("promised: 5", "promised: 11"))) == [("OV902", "1.yaml", 7, "offer.limits")]
    assert found(STANDARD, but(OFFER, ("limits: {promised: 5}", "materials: []"))) == [("OV902", "1.yaml", 7, "offer.materials")]
    assert found(STANDARD, but(OFFER, ("submit: [kiosk]", "review: [hall]"))) == [("OV902", "1.yaml", 8, "offer.also_at.review")]
    assert found(STANDARD, but(OFFER, ("submit: [kiosk]", "sign: [hall]"))) == [("OV104", "1.yaml", 8, "offer.also_at.sign")]


def test_a_parameter_stays_within_its_bounds_and_has_a_basis():
    assert found(STANDARD, but(OFFER, ('value: "2"', 'value: "4"'))) == [("OV902", "1.yaml", 9, "offer.parameters.years")]
    assert found(STANDARD, but(OFFER, (", basis: [{law: 本市居住证办法, article: 第三条}]", ""))) == [
        ("OV902", "1.yaml", 9, "offer.parameters.years")
    ]
    assert found(STANDARD, but(OFFER, ("id: years", "id: age")))[0][0] == "OV104"


def test_phones_are_two_and_dialled_from_anywhere():
    phones = "{consult: 0552-1234567, complaint: 0552-7654321}"
    for wrong, path in (
        ("{consult: 0552-1234567}", "offer.phones.complaint"),
        ("{consult: 0552-1234567, complaint: (0552)1234567}", "offer.phones.complaint"),
        ('{consult: "1234567", complaint: 0552-7654321}', "offer.phones.consult"),
        ("{consult: 0552-1234567, complaint: 大厅二楼}", "offer.phones.complaint"),
    ):
        assert found(STANDARD, but(OFFER, (phones, wrong))) == [("OV801", "1.yaml", 6, path)]
    assert found(STANDARD, but(OFFER, (f"  phones: {phones}\n", "")))[0][0] == "OV801"
    assert found(STANDARD, but(OFFER, (phones, '{consult: "12345", complaint: 400-123-4567}'))) == []


def test_a_matter_names_items_that_there_are_and_that_come_one_after_the_other():
    assert found(STANDARD, but(MATTER, ("{item: residence}", "{item: other}"))) == [("OV104", "1.yaml", 2, "matter.items.0.item")]
    assert found(MATTER) == []
    waiting = but(MATTER, ("{item: residence}", "{item: residence, needs: [residence]}"))
    assert found(STANDARD, waiting) == [("OV401", "1.yaml", 2, "matter.items")]
    assert found(STANDARD, but(MATTER, ("{item: residence}", "{item: residence, needs: [b]}")))[0][3] == "matter.items.0.needs"
