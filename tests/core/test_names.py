"""Names: as typed is kept; what people type differently compares equal; masks show what SECURITY section 6 allows and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core import names


@pytest.mark.parametrize("dot", ["·", "•", "・", "‧", "･", "．"])
def test_every_dot_of_names_is_the_same_dot(dot: str) -> None:
    assert names.shadow(f"阿卜杜拉{dot}买买提") == "阿卜杜拉·买买提"


def test_a_full_stop_stays_a_full_stop() -> None:
    assert names.shadow("J. Smith") == "j.smith"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张　三", "张三"),
        (" 张 三 ", "张三"),
        ("张\u200b三", "张三"),
        ("\u202e张三", "张三"),
        ("ＡＢＣ公司", "abc公司"),
        ("安徽（蚌埠）有限公司", "安徽(蚌埠)有限公司"),
        ("安徽〔蚌埠〕有限公司", "安徽 【蚌埠】 有限公司"),
        ("葛\U000e0100某", "葛某"),
        ("John  Smith", "john\u00a0smith"),
        ("Straße GmbH", "STRASSE gmbh"),
        ("阿依古丽 · 艾力", "阿依古丽·艾力"),
    ],
)
def test_ways_of_typing_compare_equal(one: str, other: str) -> None:
    assert names.same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("张三", "张山"), ("John Smith", "JohnSmith"), ("José Ávila", "JoséÁvila"), ("莫𡐓村", "莫村"), ("李·四", "李四")],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert not names.same(one, other)


def test_a_rare_character_passes_through() -> None:
    assert names.shadow("莫𡐓村") == "莫𡐓村"
    assert names.mask_name("𡐓三") == "𡐓*"


@given(st.text())
def test_a_shadow_has_no_blank_at_its_ends_and_never_two(text: str) -> None:
    once = names.shadow(text)
    assert "  " not in once
    assert once == once.strip(" ")


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("欧阳娜娜", "欧**"), ("阿卜杜拉·买买提", "阿**"), ("张", "张"), ("", "")]
)
def test_a_masked_name_shows_one_character_and_not_its_length(name: str, masked: str) -> None:
    assert names.mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "outside", "inside"),
    [
        ("340302199001011234", "3****************4", "340***…1234"),
        ("E12345678", "E*******8", "E*******8"),
        ("12", "**", "**"),
        ("", "", ""),
    ],
)
def test_a_masked_number_shows_its_ends(number: str, outside: str, inside: str) -> None:
    assert names.mask_number(number) == outside
    assert names.mask_number_in_case(number) == inside


@pytest.mark.parametrize(
    ("phone", "masked"), [("13812341234", "138****1234"), ("0552-3112345", "055*****2345"), ("1234567", "*******")]
)
def test_a_masked_phone_shows_three_and_four(phone: str, masked: str) -> None:
    assert names.mask_phone(phone) == masked
