"""The lists of proofs on their page, as files and for a program; what the search says of a cancelled one."""

import csv
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests.catalogue.test_documents import text
from tests.proofs import land
from tests.proofs.land import EDITOR, PUBLISHER

from onevisit.proofs import actions, queries
from onevisit.proofs.actions import Proposal


@pytest.fixture
def asked(db: None, tmp_path: Path) -> str:
    land.small_city()
    land.offered(tmp_path)
    return land.PROOF


def decided(key: str, proposal: Proposal) -> None:
    actions.propose(EDITOR, key, proposal)
    review = queries.proof(EDITOR, key).open
    assert review is not None
    actions.decide(PUBLISHER, review.id, "accepted")


def test_a_kept_proof_stands_in_every_form_with_its_basis(asked: str, client: Client) -> None:
    before = client.get("/lists/kept-proofs").content.decode()
    assert "还没有决定保留的证明" in before
    assert "另有1份还没有审查完" in before
    decided(asked, Proposal("keep", "依法要有。"))
    page = client.get("/lists/kept-proofs").content.decode()
    assert "健康证明" in page
    assert "《示例小店法》第四条" in page
    assert "另有" not in page
    table = list(csv.reader(StringIO(client.get("/lists/kept-proofs.csv").content.decode("utf-8-sig"))))
    assert table[1][:6] == ["健康证明", "卫生健康委员会", "小店经营许可", "县级", "市场监督管理局", "《示例小店法》第四条"]
    book = load_workbook(BytesIO(client.get("/lists/kept-proofs.xlsx").content))
    assert [[str(cell.value or "") for cell in row] for row in book.worksheets[0].iter_rows()] == table
    told = client.get("/lists/kept-proofs.json").json()
    assert [one["name"] for one in told["proofs"]] == ["健康证明"]
    assert "健康证明" in text(client.get("/lists/kept-proofs.pdf", {"level": "county"}).content)
    assert client.get("/lists/kept-proofs.json", {"level": "town"}).json()["proofs"] == []


def test_a_cancelled_one_is_on_the_other_list_and_the_search_says_why(asked: str, client: Client) -> None:
    decided(asked, Proposal("network", "卫生部门已经共享体检结果。", "共享数据"))
    page = client.get("/lists/cancelled-proofs", {"department": "市场监督管理局"}).content.decode()
    assert "能通过网络核验的一律取消：卫生部门已经共享体检结果。" in page
    assert "亲属关系证明" not in page, "what the country cancelled belongs to no department"
    assert "亲属关系证明" in client.get("/lists/cancelled-proofs").content.decode()
    found = client.get("/search", {"q": "健康证明在哪里开"}).content.decode()
    assert 'data-reply="cancelled"' in found
    assert "不再需要，因为能通过网络核验的一律取消" in found
    assert client.get("/lists/cancelled-proofs.csv").status_code == 200


def test_the_lists_lead_to_one_another(asked: str, client: Client) -> None:
    for path in ("/lists/once", "/lists/kept-proofs"):
        page = client.get(path).content.decode()
        assert all(f'href="/lists/{name}"' in page for name in ("once", "kept-proofs", "cancelled-proofs"))
    assert client.get("/lists/kept-proofs.exe").status_code == 404
