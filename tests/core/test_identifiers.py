"""Identifiers: every published vector, the traps of each kind, and the check characters against ISO 7064 (python-stdnum)."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from onevisit.core import identifiers
from onevisit.core.codes import division_name
from onevisit.core.identifiers import KINDS, Identity, age, citizen_check, identify, organisation_check

TODAY = date(2026, 3, 2)
VECTORS = Path(__file__).parents[1] / "data" / "identifier_vectors.csv"


def a_citizen(birth: str = "19900101", serial: str = "001", region: str = "340302") -> str:
    first = region + birth + serial
    return first + citizen_check(first)


def a_firm(first8: str = "91340300", organisation: str = "MA2ABCDE") -> str:
    first = first8 + organisation + organisation_check(organisation)
    return first + uscc.calc_check_digit(first + "0")


def asked(value: str, kind: str | None = None, on: date = TODAY) -> Identity:
    return identify(value, kind, on)


def codes(found: Identity) -> list[tuple[str, str]]:
    return [(one.code, one.part) for one in found.problems]


def vectors() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


@pytest.mark.parametrize("row", vectors(), ids=lambda row: f"{row['kind']}-{row['value']}")
def test_a_published_vector(row: dict[str, str]) -> None:
    """The vectors write an organisation's normal form without its hyphen; the command line's contract has it with."""
    found = asked(row["value"], row["kind"])
    normal = (found.normal or "").replace("-", "") if row["kind"] == "organisation" else found.normal or ""
    assert (str(found.valid), normal) == (row["valid"], row["normal"])
    assert found.kind == row["kind"]
    assert bool(found.problems) != found.valid


@pytest.mark.parametrize(
    "row", [row for row in vectors() if row["valid"] == "True"], ids=lambda row: f"{row['kind']}-{row['value']}"
)
def test_a_right_number_is_recognised_without_its_kind(row: dict[str, str]) -> None:
    assert asked(row["value"]) == asked(row["value"], row["kind"])


def test_a_citizens_number_says_birth_sex_region_and_age() -> None:
    assert asked("342221198501010012").facts == {
        "birth": "1985-01-01",
        "sex": "male",
        "region": "342221",
        "region_name": "安徽省宿县地区砀山县",
        "nationality": "CHN",
        "age": 41,
    }
    assert asked(a_citizen(serial="002")).facts["sex"] == "female"


@pytest.mark.parametrize(
    ("code", "year", "name"),
    [
        ("340302", 1990, "安徽省蚌埠市东市区"),
        ("340302", 2004, "安徽省蚌埠市龙子湖区"),
        ("340302", 1950, "安徽省蚌埠市东市区"),
        ("110101", 1990, "北京市东城区"),
        ("110000", 1990, "北京市"),
        ("429004", 2000, "湖北省仙桃市"),
        ("340300", 2020, "安徽省蚌埠市"),
        ("340000", 2020, "安徽省"),
        ("340371", 2020, None),
        ("999999", 1990, None),
        ("000000", 1990, None),
    ],
)
def test_a_region_bears_the_name_it_had_then(code: str, year: int, name: str | None) -> None:
    assert division_name(code, year) == name


@given(st.integers(0, 999_999).filter(lambda code: code not in (810000, 820000, 830000)))
def test_no_region_makes_a_number_invalid(code: int) -> None:
    assert asked(a_citizen(region=f"{code:06}"), "citizen").valid


@given(st.from_regex(r"\A[0-9]{17}\Z"))
def test_the_check_of_a_person_is_iso_7064_mod_11_2(first: str) -> None:
    assert citizen_check(first) == mod_11_2.calc_check_digit(first)


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(place: int, step: int) -> None:
    right = a_citizen()
    wrong = right[:place] + str((int(right[place]) + step) % 10) + right[place + 1 :]
    assert not asked(wrong, "citizen").valid


@pytest.mark.parametrize(
    ("birth", "problems"),
    [
        ("19000229", [("bad-date", "birth")]),
        ("20000229", []),
        ("19901301", [("bad-date", "birth")]),
        ("00000101", [("bad-date", "birth")]),
        ("20260302", []),
        ("20260303", [("future-date", "birth")]),
        ("18000101", []),
    ],
)
def test_the_birth_must_be_a_day_that_was(birth: str, problems: list[tuple[str, str]]) -> None:
    assert codes(asked(a_citizen(birth), "citizen")) == problems


def test_every_fault_of_a_number_is_told_at_once() -> None:
    right = a_citizen("19000229")
    wrong = right[:17] + ("1" if right[17] != "1" else "2")
    assert codes(asked(wrong, "citizen")) == [("bad-date", "birth"), ("bad-check", "check")]


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 3, 2), date(2026, 3, 1), 17),
        (date(2008, 3, 2), date(2026, 3, 2), 18),
        (date(2026, 3, 2), date(2026, 3, 2), 0),
    ],
)
def test_age_is_in_full_years(birth: date, on: date, years: int) -> None:
    assert age(birth, on) == years


def test_a_wrong_character_is_named_with_its_place() -> None:
    found = asked("34030219900101O015", "citizen")
    assert codes(found) == [("bad-character", "character")]
    assert "第15位" in found.problems[0].message
    assert "O" in found.problems[0].message


def test_digits_of_other_scripts_are_no_digits() -> None:
    assert codes(asked("34030219900101001٥", "citizen")) == [("bad-character", "character")]


@pytest.mark.parametrize(
    "value",
    ["340302 19900101 0015", "３４０３０２１９９００１０１００１５", "\u200b340302199001010015\ufeff", "\t340302199001010015\n"],
)
def test_blanks_full_width_and_zero_width_are_normalised_first(value: str) -> None:
    assert asked(value, "citizen").normal == "340302199001010015"


def test_a_short_number_is_told_its_length_and_recognised_all_the_same() -> None:
    found = asked("34030219900101001")
    assert (found.kind, codes(found)) == ("citizen", [("bad-length", "length")])
    assert "18" in found.problems[0].message
    assert "17" in found.problems[0].message


def test_fifteen_digits_are_a_citizen_of_archives_only() -> None:
    assert asked("340302900101001", "citizen-15").normal == a_citizen("19900101", "001")
    assert asked("340302900101001").kind == "citizen-15"
    found = asked("340302900101001", "citizen")
    assert {one.code for one in found.problems} == {"bad-length", "wrong-kind"}
    assert asked("340302900101998", "citizen-15").normal == a_citizen("18900101", "998")
    assert codes(asked("340302901301001", "citizen-15")) == [("bad-date", "birth")]


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_a_residence_permit_is_no_citizens_number_and_the_other_way_round(region: str) -> None:
    permit = a_citizen(region=region)
    assert asked(permit).kind == "hmt-residence"
    assert codes(asked(permit, "citizen")) == [("wrong-kind", "kind")]
    assert codes(asked(a_citizen(), "hmt-residence")) == [("wrong-kind", "kind")]


def test_taiwan_permits_do_not_begin_with_710000() -> None:
    assert not asked(a_citizen(region="710000"), "hmt-residence").valid


def test_a_permanent_residence_card_says_its_province_and_nationality() -> None:
    facts = asked("934840199001010014").facts
    assert (facts["region"], facts["region_name"], facts["nationality"], facts["sex"]) == ("340000", "安徽省", "USA", "male")
    assert asked(a_citizen(region="934001"), "foreign-permanent").facts["nationality"] is None
    assert codes(asked(a_citizen(), "foreign-permanent")) == [("wrong-kind", "kind")]


@pytest.mark.parametrize(
    ("value", "kind", "normal"),
    [
        ("usa340190010112", "foreign-permanent-old", "USA340190010112"),
        ("H12345678", "hm-travel", "H12345678"),
        ("m1234567801", "hm-travel", "M1234567801"),
        ("12345678", "tw-travel", "12345678"),
        ("e12345678", "passport", "E12345678"),
        ("EA2345678", "passport", "EA2345678"),
        ("340302", "division", "340302"),
        ("34", "division", "34"),
        ("3403", "division", "3403"),
        ("340302001", "division", "340302001"),
        ("340302001001", "division", "340302001001"),
        ("340302 001001 GB 00001 F00010001", "real-estate-unit", "340302001001GB00001F00010001"),
        ("2026-340302-47-01-000001", "project", "2026-340302-47-01-000001"),
        ("20263403024701000001", "project", "2026-340302-47-01-000001"),
        ("3708272000062-01-1122-06", "project", "3708272000062-01-1122-06"),
        ("370827200006201112206", "project", "3708272000062-01-1122-06"),
        ("MA2ABCDE－X", "organisation", "MA2ABCDE-X"),
        ("00754278–5", "organisation", "00754278-5"),
    ],
)
def test_other_kinds_are_recognised_and_written_their_way(value: str, kind: str, normal: str) -> None:
    found = asked(value)
    assert (found.valid, found.kind, found.normal) == (True, kind, normal)
    assert asked(value, kind) == found


@pytest.mark.parametrize(
    ("value", "level"),
    [("34", "province"), ("340300000000", "city"), ("340302", "county"), ("340302001", "town"), ("340302001001", "village")],
)
def test_a_division_says_its_level(value: str, level: str) -> None:
    assert asked(value, "division").facts["level"] == level


@pytest.mark.parametrize(
    ("value", "kind", "problem"),
    [
        ("H1234567", "hm-travel", ("bad-length", "length")),
        ("X12345678", "hm-travel", ("bad-character", "character")),
        ("1234567", "tw-travel", ("bad-length", "length")),
        ("AB-123456", "passport", ("bad-character", "character")),
        ("A1", "passport", ("bad-length", "length")),
        ("34030", "division", ("bad-length", "length")),
        ("34030A", "division", ("bad-character", "character")),
        ("340302001001GB00001W00010001", "real-estate-unit", ("bad-character", "serial")),
        ("340302001001GB00001X00010001", "real-estate-unit", ("bad-character", "character")),
        ("2026-340302-47-01-00001", "project", ("bad-length", "length")),
        ("US1340190010112", "foreign-permanent-old", ("bad-character", "character")),
        ("007542784", "organisation", ("bad-check", "check")),
        ("0075-42785", "organisation", ("bad-character", "character")),
        ("1.2.156.3005.2.11100000000013338W011.S", "licence", ("bad-length", "length")),
        ("11100000000013338W011.11430000006122244L.20230000403.002.S", "licence", ("bad-length", "length")),
        ("1.2.156.3005.2.11100000000013338W011.1143.20230000403.002.S", "licence", ("bad-length", "length")),
        ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.2023_000403.002.S", "licence", ("bad-character", "character")),
        ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.002.T", "licence", ("bad-check", "check")),
    ],
)
def test_a_faulty_number_is_told_where(value: str, kind: str, problem: tuple[str, str]) -> None:
    assert problem in codes(asked(value, kind))


def test_a_control_character_is_shown_by_its_number() -> None:
    assert "U+001B" in asked("3403021990010100\x1b5", "citizen").problems[0].message


def test_both_checks_of_a_credit_code_are_tested() -> None:
    right = a_firm()
    assert asked(right).facts == {"region": "340300", "region_name": "安徽省蚌埠市", "organisation": "MA2ABCDE-X"}
    inner = right[:16] + "0"
    inner += uscc.calc_check_digit(inner + "0")
    found = asked(inner, "uscc")
    assert codes(found) == [("bad-check", "check")]
    assert "第9至16位" in found.problems[0].message
    outer = right[:17] + ("0" if right[17] != "0" else "1")
    assert codes(asked(outer, "uscc")) == [("bad-check", "check")]
    assert "第18位" in asked(outer, "uscc").problems[0].message


@pytest.mark.parametrize(
    "value", [a_citizen(), "340302900101001", "810000199001010019", "934840199001010014", "999999199001010016"]
)
def test_a_persons_number_given_as_a_credit_code_is_told_apart_and_not_repeated(value: str) -> None:
    found = asked(value, "uscc")
    assert codes(found) == [("personal-number", "kind")]
    assert value not in found.problems[0].message
    assert (found.normal, found.facts) == (None, {})


def test_a_citizens_number_that_passes_both_checks_of_a_credit_code_by_chance_is_still_a_persons() -> None:
    numbers = (a_citizen(f"19{year}0101", f"{serial:03}", "110101") for year in range(50, 90) for serial in range(1000))
    both = next(n for n in numbers if organisation_check(n[8:16]) == n[16] and uscc.calc_check_digit(n) == n[17])
    assert codes(asked(both, "uscc")) == [("personal-number", "kind")]
    assert asked(both).kind == "citizen"


def test_a_number_of_another_kind_is_told_which() -> None:
    found = asked(a_firm(), "citizen")
    assert found.problems[0].code == "wrong-kind"
    assert "统一社会信用代码" in found.problems[0].message
    assert found.kind == "citizen"


@pytest.mark.parametrize("value", ["", "张三", "1", "1234567", "ABC", "12-345"])
def test_what_fits_nothing_is_of_unknown_kind(value: str) -> None:
    found = asked(value)
    assert (found.valid, found.kind, codes(found)) == (False, None, [("unknown-kind", "kind")])


def test_a_mistyped_organisation_code_is_no_passport() -> None:
    found = asked("MA2ABCDE1")
    assert (found.kind, codes(found)) == ("organisation", [("bad-check", "check")])


@given(st.text(max_size=30) | st.from_regex(r"\A[0-9A-Z.-]{1,30}\Z"), st.sampled_from([None, *KINDS]))
def test_any_text_gets_an_answer_and_a_normal_form_is_stable(value: str, kind: str | None) -> None:
    found = asked(value, kind)
    assert found.valid == (not found.problems) == (found.normal is not None)
    if found.normal is not None and found.kind != "citizen-15":
        assert asked(found.normal, found.kind) == found


def test_a_kind_that_does_not_exist_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError):
        identify("1", "nonsense", TODAY)


def test_messages_are_in_the_applicants_words() -> None:
    bad = [asked("1", name) for name in KINDS] + [asked(a_citizen("20991231")), asked("340302199001010016")]
    for found in bad:
        for problem in found.problems:
            assert problem.message.endswith("。"), problem
            assert "！" not in problem.message
    assert identifiers.normalise("a－b") == "A-B"
