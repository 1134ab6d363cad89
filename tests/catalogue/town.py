"""A small city and a small pack: two counties, one hall, offices; an item with questions, papers, a fee and a wait."""

import csv
from pathlib import Path

from django.conf import settings

from onevisit.access import SYSTEM
from onevisit.catalogue import actions, packs
from onevisit.catalogue.packs import Pack
from onevisit.catalogue.queries import ItemView
from onevisit.city.models import CalendarYear, Department, DepartmentOffice, Division, Hall
from onevisit.ledger.actions import open_stream

CITY, NEAR, FAR, TOWN = "349900000000", "349901000000", "349902000000", "349901100000"

STANDARD = """
format: onevisit/1
item:
  key: shop-permit
  name: 小店经营许可
  type: 行政许可
  department: market
  theme: [企业开办]
  basis: [{law: 示例小店法, article: 第一条, text: 开小店应当取得许可。}]
level: county
audience: [person, organisation]
limits: {legal: 20, promised: 5}
conditions:
  - {id: grown, text: 您已满十八周岁, basis: [{law: 示例小店法, article: 第二条}]}
questions:
  - {id: food, ask: 卖不卖食品？, options: {yes: 卖, no: 不卖}}
materials:
  - {id: identity, name: 居民身份证, source: "shared:police.person", basis: [{law: 示例小店法, article: 第三条}]}
  - id: lease
    name: 房屋租赁合同
    one_of: place
    basis: [{law: 示例小店法, article: 第三条}]
    form: {kind: copy, copies: 1, paper: A4, signature: applicant}
  - {id: deed, name: 不动产权证书, one_of: place, basis: [{law: 示例小店法, article: 第三条}]}
  - {id: health, name: 健康证明, when: {food: ["yes"]}, basis: [{law: 示例小店法, article: 第四条}]}
  - {id: promise, name: 守法经营承诺书, source: commitment, basis: [{law: 示例小店法, article: 第五条}]}
form:
  - {id: shop, label: 店名}
  - {id: area, label: 经营面积, type: decimal, unit: m²}
process:
  - {id: submit, by: applicant, does: submit, at: [online, hall]}
  - {id: accept, by: window, does: accept, needs: [submit], instant: true}
  - {id: decide, by: department, does: decide, needs: [accept], days: 3}
  - {id: issue, by: system, does: issue, needs: [decide], result: permit, instant: true}
  - {id: deliver, by: system, does: deliver, needs: [issue], at: [licence, hall], instant: true}
fees: [{name: 许可费, amount: "0", basis: [{law: 示例小店法, article: 第六条}]}]
results: [{id: permit, name: 小店经营许可证, licence: shop-permit, sample: permit.html}]
faq: [{q: 要等多久？, a: 五个工作日以内。}]
"""

PACK = """
format: onevisit-pack/1
words:
  小店经营许可: [开小铺, 摆摊开店]
  食品: [吃的]
"""
REGISTER = """
format: onevisit/1
register:
  shared: [{id: police.person, name: 人口基本信息, provider: police, gives: [居民身份证]}]
"""


def place(code: str, name: str, level: str, parent: Division | None = None) -> Division:
    """A division."""
    return Division.objects.create(code=code, name=name, level=level, parent=parent)


def small_city() -> None:
    """Two counties with a market and a tax office each, one hall in the near one."""
    for word, name in (("market", "市场监督管理局"), ("police", "公安局"), ("tax", "税务局")):
        Department.objects.create(id=word, name=name, levels=["city", "county"])
    city = place(CITY, "示例市", "city")
    near, far = place(NEAR, "近山县", "county", city), place(FAR, "远水县", "county", city)
    place(TOWN, "近山镇", "town", near)
    for number, county in enumerate((near, far)):
        for line, word in enumerate(("market", "tax")):
            code = f"11349900DEM0000{number}{line}X"
            name = f"{county.name}{Department.objects.get(pk=word).name}"
            DepartmentOffice.objects.create(
                department_id=word, division=county, name=name, credit_code=code, phone="0552-0000000", demo=True
            )
    hours = {str(day): "09:00-17:00" for day in range(1, 6)}
    Hall.objects.create(division=near, name="近山县政务服务大厅", address="示例路1号", hours=hours, demo=True)
    CalendarYear.objects.create(year=2026, state="notice", source="示例通知", version=1, stream=open_stream("calendar"))


def all_departments() -> None:
    """Every department that the base catalogue names."""
    with (settings.DATA / "departments.csv").open(encoding="utf-8", newline="") as table:
        rows = [Department(id=row["id"], name=row["name"], levels=row["levels"].split()) for row in csv.DictReader(table)]
    Department.objects.bulk_create(rows, ignore_conflicts=True)


def small_pack(path: Path, text: str = STANDARD) -> Pack:
    """The pack of the small item, written below `path`."""
    folder = path / "shop-permit"
    (folder / "forms").mkdir(parents=True, exist_ok=True)
    (folder / "forms" / "permit.html").write_text("<h1>小店经营许可证</h1><p>示例</p>", encoding="utf-8")
    for name, content in (("pack.yaml", PACK), ("resources.yaml", REGISTER), ("standard.yaml", text)):
        (folder / name).write_text(content, encoding="utf-8")
    return packs.load(folder)


def offered(path: Path, text: str = STANDARD) -> ItemView:
    """The small item as the near county offers it."""
    actions.publish_pack(SYSTEM, small_pack(path, text))
    return actions.offer(SYSTEM, "shop-permit", NEAR)
