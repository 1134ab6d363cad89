"""Who looked at my data: looks of one minute for one purpose are one line, in words."""

from datetime import datetime, timedelta

from django.conf import settings

from onevisit.channels.portal import readings
from onevisit.identity.queries import ReadingView

AT = datetime(2026, 3, 2, 9, 41, 50, tzinfo=settings.ZONE)


def look(seconds: int, *fields: str, role: str = "系统自动办理", reason: str = "") -> ReadingView:
    return ReadingView(AT + timedelta(seconds=seconds), "本平台", role, "办理您的事项", reason, "c1", fields, "portal")


def test_looks_of_one_minute_are_one_line_with_all_fields() -> None:
    lines = readings.shown([look(5, "姓名"), look(0, "证件号码", "姓名"), look(-60, "姓名")])
    assert [line.fields for line in lines] == [("姓名", "证件号码"), ("姓名",)]
    assert lines[0].who == "本平台·系统自动办理"


def test_another_person_or_another_reason_is_another_line() -> None:
    assert (
        len(readings.shown([look(0, "姓名"), look(0, "姓名", role="审批科长"), look(0, "姓名", role="审批科长", reason="信访")]))
        == 3
    )


def test_a_field_without_a_name_of_its_own_is_called_by_what_it_is() -> None:
    assert readings.shown([look(0, "data")])[0].fields == (readings.CONTENTS,)
