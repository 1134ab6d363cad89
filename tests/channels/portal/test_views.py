"""The portal over HTTP: what GET may not change, what is never kept or shown inside, how many queries a page may ask."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image
from tests.cases import ground

from onevisit.access import SYSTEM, Actor
from onevisit.cases import follow, queries
from onevisit.cases.models import Case
from onevisit.ledger.models import Event
from onevisit.notices import actions as notices

NEAR = ground.NEAR
GUIDE = f"/items/stall?division={NEAR}"
Cap = Callable[[int], object]


@pytest.fixture
def case(zhang: Actor) -> str:
    """A case that waits for an officer."""
    return ground.a_followed(zhang).id


@pytest.fixture
def draft(zhang: Actor) -> str:
    """A draft that lacks nothing."""
    return ground.a_draft(zhang).id


def test_looking_changes_nothing(browser: Client, case: str, draft: str) -> None:
    pages = ["/", "/search?q=摆摊", GUIDE, f"/items/stall/check?division={NEAR}", f"/items/stall/start?division={NEAR}"]
    pages += [
        "/cases",
        "/licences",
        "/messages",
        "/me",
        "/me/readings",
        f"/cases/{case}",
        f"/cases/{case}/receipt",
        f"/cases/{case}/withdraw",
    ]
    pages += [f"/cases/{draft}/{part}" for part in ("tasks", "fill/1", "fill/2", "papers", "check", "withdraw")]
    before = (Event.objects.count(), list(Case.objects.order_by("pk").values_list("version", "updated_at", "stage")))
    for path in pages:
        assert browser.get(path).status_code == 200, path
    assert (Event.objects.count(), list(Case.objects.order_by("pk").values_list("version", "updated_at", "stage"))) == before


def test_pages_of_a_person_are_kept_by_nobody(browser: Client, case: str) -> None:
    for path in (f"/cases/{case}", "/cases", "/me", "/messages"):
        assert browser.get(path)["Cache-Control"] == "no-store"


CAPS = {"/": 17, GUIDE: 15, "/cases": 10, "/cases/{case}": 30, "/cases/{draft}/fill/2": 15, "/messages": 10}
"""How many queries a page may ask, those of session and account among them."""


@pytest.mark.parametrize("path", CAPS)
def test_a_page_asks_the_database_a_bounded_number_of_times(
    browser: Client, case: str, draft: str, path: str, django_assert_max_num_queries: Cap
) -> None:
    address = path.format(case=case, draft=draft)
    browser.get(address)
    with django_assert_max_num_queries(CAPS[path]):  # type: ignore[attr-defined]
        browser.get(address)


def test_more_cases_ask_no_more_queries(browser: Client, zhang: Actor, django_assert_max_num_queries: Cap) -> None:
    for _ in range(6):
        ground.a_filed(zhang)
    with django_assert_max_num_queries(CAPS["/cases"]):  # type: ignore[attr-defined]
        assert browser.get("/cases").content.decode().count("编号末12位") == 6


def test_a_paper_that_is_not_made_yet_is_on_its_way(browser: Client, case: str) -> None:
    answer = browser.get(f"/cases/{case}/receipt.pdf")
    assert (answer.status_code, answer["Retry-After"]) == (202, "3")
    assert "收件凭证正在生成" in answer.content.decode()
    assert browser.get(f"/cases/{case}/decision.pdf").status_code == 404


def test_a_file_is_handed_out_as_a_download_in_a_sandbox(browser: Client, case: str, zhang: Actor) -> None:
    (one,) = queries.contents(zhang, case).attachments
    answer = browser.get(f"/cases/{case}/files/{one.id}")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_same_file_twice_is_one_file(browser: Client, draft: str, zhang: Actor) -> None:
    photo = BytesIO()
    Image.new("RGB", (40, 40), "#7fc1db").save(photo, "PNG")
    for _ in range(2):
        photo.seek(0)
        photo.name = "摊位.png"
        assert browser.post(f"/cases/{draft}/papers", {"material-photo": photo, "stay": "1"}).status_code == 302
    names = [one.name for one in queries.contents(zhang, draft).attachments]
    assert names == ["图.jpg", "摊位.png"]


def tell(case: str, to: str, key: str) -> str:
    """A notice about the case; its id."""
    return notices.tell(SYSTEM, notices.NewNotice(case, to, "waiting", "请看", f"/cases/{case}", "正文", key)).id


def test_a_message_is_read_by_opening_it_and_not_by_seeing_the_list(browser: Client, case: str, zhang: Actor) -> None:
    told = tell(case, zhang.person, "1")
    assert "1条未读" in browser.get("/messages").content.decode()
    answer = browser.post(f"/messages/{told}")
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case}")
    assert "条未读" not in browser.get("/messages").content.decode()


def test_all_messages_can_be_marked_at_once(browser: Client, case: str, zhang: Actor) -> None:
    for number in range(3):
        tell(case, zhang.person, str(number))
    browser.post("/messages/read")
    assert "条未读" not in browser.get("/messages").content.decode()


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "\\\\evil.example"])
def test_no_way_leads_out_of_the_house(city: None, wanted: str) -> None:
    client = Client()
    assert client.post("/login", {"person": "zhang-xiaoyue", "next": wanted})["Location"] == "/"
    assert client.post("/look", {"size": "large", "back": wanted})["Location"] == "/"
    assert client.post("/confirm", {"next": wanted})["Location"] == "/"


def test_a_form_that_waited_behind_the_log_in_comes_back_whole(city: None, zhang: Actor) -> None:
    draft = ground.a_draft(zhang).id
    client = Client()
    form = {"goods": "竹篮 & <木碗>", "q.food": "no", "csrfmiddlewaretoken": "x"}
    page = client.post(f"/cases/{draft}/fill/2", form).content.decode()
    assert 'name="kept.goods" value="竹篮 &amp; &lt;木碗&gt;"' in page
    assert "kept.csrfmiddlewaretoken" not in page
    sent = {"person": "zhang-xiaoyue", "next": f"/cases/{draft}/fill/2", "kept.goods": "竹篮 & <木碗>", "kept.q.food": "no"}
    again = client.post("/login", sent).content.decode()
    assert f'action="/cases/{draft}/fill/2"' in again
    assert 'name="goods" value="竹篮 &amp; &lt;木碗&gt;"' in again


def test_a_case_that_is_paid_for_and_over_can_no_longer_be_withdrawn(browser: Client, zhang: Actor) -> None:
    view, chief = ground.a_taken(zhang)
    ground.granted(chief, view.id)
    follow.follow(view.id)
    answer = browser.get(f"/cases/{view.id}/withdraw")
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{view.id}")
