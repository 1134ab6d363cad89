"""The trial of a table in the studio: rows go by their names, names that the base catalogue lacks are one note each."""

import io
from pathlib import Path

import pytest
from tests.cases import accounts
from tests.catalogue.town import small_city, small_pack

from onevisit.access import SYSTEM
from onevisit.catalogue import actions

pytestmark = pytest.mark.django_db
SHEET = """事项名称,事项类型,行使层级,承诺办结时限,法定办结时限,服务对象,办理部门,设定依据,咨询电话,监督电话,行政区划代码
小店 经营许可,行政许可,县级,5,20,自然人,市场监督管理局,《演示条例》第五条,0552-3010001,0552-3010002,340302000000
小店经营许可证,行政许可,县级,5,20,自然人,市场监督管理局,《演示条例》第五条,0552-3010001,0552-3010002,340302000000
"""


def test_names_are_enough_and_unknown_ones_are_one_note(tmp_path: Path) -> None:
    small_city()
    actions.publish_pack(SYSTEM, small_pack(tmp_path))
    file = io.BytesIO(SHEET.encode())
    file.name = "事项.csv"
    page = accounts.officer("chen-xi", "editor").http.post("/studio/import", {"file": file}).content.decode()
    assert "缺少事项代号" not in page
    assert page.count("基本目录里没有这个名称，导入时会新增") == 1
    assert "您要写的是不是“小店经营许可”" in page
    assert "没有事项“" not in page
