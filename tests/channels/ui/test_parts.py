"""The clock bar: every number and every reason that it draws stands beside it in words."""

from datetime import date

from onevisit.channels.ui import parts

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in (2, 3, 4, 5, 6))


def test_a_running_clock_fills_the_days_gone_by() -> None:
    bar = parts.clock((TUESDAY, WEDNESDAY, THURSDAY), (), WEDNESDAY, None)
    assert bar.cells == ("u", "u", "")
    assert bar.text == "承诺3个工作日，已用2个。"
    assert bar.headline.startswith("最晚")
    assert not bar.over


def test_days_off_the_clock_are_hatched_and_told_why() -> None:
    bar = parts.clock((TUESDAY, FRIDAY), (WEDNESDAY, THURSDAY), THURSDAY, None, ("3月4日起等您缴费，不计时",))
    assert bar.cells == ("u", "p", "p", "")
    assert bar.text == "承诺2个工作日，已用1个，暂停2个。3月4日起等您缴费，不计时。"


def test_days_over_the_limit_are_counted_and_said() -> None:
    bar = parts.clock((TUESDAY,), (), THURSDAY, None)
    assert bar.cells == ("u", "l", "l")
    assert "超期2天" in bar.text
    assert bar.over


def test_a_clock_that_ended_counts_no_further() -> None:
    bar = parts.clock((TUESDAY, WEDNESDAY), (), FRIDAY, MONDAY)
    assert bar.cells == ("", "")
    assert bar.headline.endswith("已作出决定")
    assert not bar.over
