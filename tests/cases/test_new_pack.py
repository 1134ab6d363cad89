"""A sign of a toy would be code for an item: here a pack that no code knows runs from search to licence, all on the pages."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.cases import accounts, ground
from tests.cases.accounts import Somebody
from tests.cases.ground import NEAR
from tests.catalogue import town
from tests.conftest import Committed
from tests.faults.visitor import Fields

from onevisit.access import SYSTEM
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue import packs
from onevisit.channels.cli import demo
from onevisit.licences.models import Licence

KEY = f"item-{uuid4().hex[:8]}"
WORDS = {name: f"{name}{uuid4().hex[:6]}" for name in ("鸽棚搭建许可", "鸽棚高度", "养了几只", "邻居同意书", "鸽棚许可证")}
STANDARD = f"""
format: onevisit/1
item:
  key: {KEY}
  name: {WORDS["鸽棚搭建许可"]}
  type: 行政许可
  department: market
  basis: &law [{{law: 示例鸽棚条例, article: 第一条}}]
level: county
audience: [person]
limits: {{legal: 10, promised: 3}}
questions:
  - {{id: roof, ask: 搭在楼顶上吗？, options: {{yes: 在, no: 不在}}}}
materials:
  - {{id: neighbours, name: {WORDS["邻居同意书"]}, when: {{roof: ["yes"]}}, basis: *law, form: {{kind: copy, copies: 1}}}}
form:
  - {{id: height, label: {WORDS["鸽棚高度"]}, type: decimal, unit: 米, min: 1, max: 3, when: {{roof: ["yes"]}}}}
  - {{id: birds, label: {WORDS["养了几只"]}, type: integer, min: 1, max: 50}}
process:
  - {{id: apply, by: applicant, does: submit, at: [online, hall]}}
  - {{id: take-in, by: system, does: accept, needs: [apply], instant: true}}
  - {{id: look, by: department, does: decide, needs: [take-in], days: 2}}
  - {{id: make, by: system, does: issue, needs: [look], result: paper, instant: true}}
  - {{id: give, by: system, does: deliver, needs: [make], at: [licence, hall], instant: true}}
results: [{{id: paper, name: {WORDS["鸽棚许可证"]}, licence: {KEY}-permit, sample: paper.html}}]
faq: [{{q: 要钱吗？, a: 不要钱。}}]
"""
LICENCES = f"""
format: onevisit-licences/1
licences:
  - type: {KEY}-permit
    name: {WORDS["鸽棚许可证"]}
    issuer: market
    fields:
      - {{label: 搭建人, from: holder}}
      - {{label: 高度（米）, from: "value:height"}}
      - {{label: 位置, from: "value:roof"}}
"""
PACK = "format: onevisit-pack/1\nwords:\n  " + WORDS["鸽棚搭建许可"] + ": [养鸽子]\n"


def written(path: Path) -> Path:
    """The pack as a folder, as an office would hand it over."""
    folder = path / KEY
    (folder / "forms").mkdir(parents=True)
    files = {"pack.yaml": PACK, "standard.yaml": STANDARD, "licences.yaml": LICENCES, "forms/paper.html": "<p>样本</p>"}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture
def loaded(committed: Committed, clock: Callable[[str], None], tmp_path: Path) -> Committed:
    clock("2026-03-02T10:00")
    ground.small_city()
    demo.load_pack(written(tmp_path), NEAR)
    return committed


def test_a_pack_that_nobody_knows_runs_from_search_to_licence(loaded: Committed) -> None:
    lin = accounts.applicant("lin-ruoxi")
    lin.http.cookies["place"] = NEAR
    found = page(lin, "/search?q=养鸽子")
    assert WORDS["鸽棚搭建许可"] in found
    guide = page(lin, f"/items/{KEY}?division={NEAR}")
    assert WORDS["邻居同意书"] in guide
    case = begun(lin)
    filled(lin, case)
    handed_in(lin, case)
    check = page(lin, f"/cases/{case}/check")
    assert "2.50" in check
    assert (
        lin.http.post(f"/cases/{case}/file", {"key": Fields(check).held["key"]}).headers["location"] == f"/cases/{case}/receipt"
    )
    loaded.drain()
    decided(case)
    loaded.drain()
    assert "已办结" in page(lin, f"/cases/{case}")
    licence = Licence.objects.get()
    assert WORDS["鸽棚许可证"] in page(lin, "/licences")
    assert lin.http.get(f"/licences/{licence.public_id}.pdf").content[:5] == b"%PDF-"
    verified = unescape(accounts.nobody().http.get(f"/verify/{licence.verify_code}").content.decode())
    assert WORDS["鸽棚许可证"] in verified


def page(who: Somebody, path: str) -> str:
    """What the page says."""
    answer = who.http.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.content.decode())


def begun(lin: Somebody) -> str:
    sent = lin.http.post(f"/items/{KEY}/start?division={NEAR}", {"q.roof": "yes"})
    found = re.search(r"/cases/([0-9a-f-]{36})/", sent.headers["location"])
    assert found
    return found[1]


def filled(lin: Somebody, case: str) -> None:
    typed = {"height": "2.50", "birds": "12"}
    for number in range(1, 6):
        shown = lin.http.get(f"/cases/{case}/fill/{number}")
        if shown.status_code != 200:
            return
        held = Fields(shown.content.decode()).held
        sent = lin.http.post(f"/cases/{case}/fill/{number}", {**held, **{k: v for k, v in typed.items() if k in held}})
        assert sent.status_code == 302, sent.content.decode()


def handed_in(lin: Somebody, case: str) -> None:
    assert WORDS["邻居同意书"] in page(lin, f"/cases/{case}/papers")
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    sent = lin.http.post(f"/cases/{case}/papers", {"material-neighbours": SimpleUploadedFile("同意书.png", picture.getvalue())})
    assert sent.status_code == 302, sent.content.decode()


def decided(case: str) -> None:
    chief = accounts.officer("wu-min", "chief")
    assert WORDS["鸽棚搭建许可"] in page(chief, "/workbench/")
    assert chief.http.post(f"/workbench/cases/{case}/take").status_code == 302
    assert WORDS["鸽棚高度"] in page(chief, f"/workbench/cases/{case}")
    signed = chief.http.post(f"/workbench/cases/{case}/decide", {"act": "grant", "opinion": "看过现场，同意。"})
    assert signed.status_code == 302, signed.content.decode()


def test_the_same_pack_again_changes_nothing(loaded: Committed, tmp_path: Path) -> None:
    (published,) = catalogue.publish_pack(SYSTEM, packs.load(tmp_path / KEY))
    assert not published.changed
    assert catalogue.offer(SYSTEM, KEY, town.NEAR).key == KEY
