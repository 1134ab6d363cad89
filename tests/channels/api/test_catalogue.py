"""The catalogue over HTTP: lists, search, items, guides and doors, the same as everywhere, with tags and cursors."""

from pathlib import Path

import pytest
from django.test import Client
from tests.catalogue.town import FAR, NEAR, STANDARD, all_departments, small_city, small_pack

from onevisit.access import SYSTEM
from onevisit.catalogue import actions, guide, speech
from onevisit.catalogue.queries import ItemView
from onevisit.channels.api import kept


def test_an_item_in_short(client: Client, item: ItemView) -> None:
    answer = client.get(f"/api/v1/items/{item.code}")
    shown = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert (
        shown.items()
        >= {"key": "shop-permit", "name": "小店经营许可", "promise": "zero", "code_provisional": True, "demo": True}.items()
    )
    assert shown["visits"] == {"online": 0, "hall": 1}
    assert shown["published_at"].endswith("+08:00")
    assert shown["links"]["door"] == f"/api/v1/items/{item.code}/door.svg"


def test_every_link_of_an_item_leads_somewhere(client: Client, item: ItemView) -> None:
    links = client.get(f"/api/v1/items/{item.code}").json()["links"]
    for name in ("self", "guide", "door", "speech", "print", "page"):
        assert client.get(links[name]).status_code == 200


def test_an_item_is_found_by_key_where_it_is_offered(client: Client, item: ItemView) -> None:
    assert client.get(f"/api/v1/items/shop-permit?division={NEAR}").json()["code"] == item.code
    assert client.get(f"/api/v1/items/shop-permit?division={FAR}").status_code == 404
    assert client.get("/api/v1/items/nothing").status_code == 404


def test_the_guide_is_the_same_guide_as_everywhere(client: Client, item: ItemView) -> None:
    shown = client.get(f"/api/v1/items/{item.code}/guide?q.food=yes").json()
    told = guide.guide(item, {"food": "yes"})
    assert (shown["content_hash"], shown["summary"], shown["version"]) == (told.content_hash, "您交2份，跑0次", told.version)
    assert [one["name"] for one in shown["materials"]] == [one.name for one in told.materials]
    assert shown["partial"] is False


def test_the_spoken_guide_is_of_the_same_revision_and_situation(client: Client, item: ItemView) -> None:
    shown = client.get(f"/api/v1/items/{item.code}/speech?q.food=no").json()
    told = guide.guide(item, {"food": "no"})
    assert (shown["content_hash"], shown["version"]) == (told.content_hash, told.version)
    assert shown["sentences"] == list(speech.sentences(told))
    assert client.get(f"/api/v1/items/{item.code}/speech?q.colour=red").status_code == 422


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("q.colour=red", "/query/q.colour", "unknown-question"),
        ("q.food=perhaps", "/query/q.food", "unknown-answer"),
        ("situation=yes", "/query/situation", "unknown-parameter"),
        ("q.food=yes&q.food=no", "/query/q.food", "repeated-parameter"),
        ("division=%00", "/query/division", "bad-value"),
    ],
)
def test_what_a_request_may_not_hold_is_named(client: Client, item: ItemView, query: str, pointer: str, code: str) -> None:
    answer = client.get(f"/api/v1/items/{item.code}/guide?{query}")
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (422, pointer, code)


def test_the_door_shows_the_computed_number(client: Client, item: ItemView) -> None:
    online, hall = (client.get(f"/api/v1/items/{item.code}/door.svg?way={way}") for way in ("online", "hall"))
    assert online["Content-Type"] == "image/svg+xml"
    assert ">0</text>" in online.content.decode()
    assert ">1</text>" in hall.content.decode()
    assert client.get(f"/api/v1/items/{item.code}/door.svg?way=moon").status_code == 422


def test_a_list_is_paged_by_cursor_without_gap_or_double(client: Client, db: None) -> None:
    small_city()
    all_departments()
    actions.load_base_items(SYSTEM)
    seen: list[str] = []
    cursor = ""
    while True:
        page = client.get(f"/api/v1/items?limit=100&cursor={cursor}").json()
        seen += [one["key"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 215
    assert len(client.get("/api/v1/items?theme=婚姻").json()["items"]) == 3


@pytest.mark.parametrize("limit", ["0", "201", "many"])
def test_a_page_has_at_most_200(client: Client, item: ItemView, limit: str) -> None:
    answer = client.get(f"/api/v1/items?limit={limit}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/query/limit"


def test_search_answers_in_people_s_words(client: Client, item: ItemView) -> None:
    (hit,) = client.get(f"/api/v1/search?q=开小铺&division={NEAR}").json()["hits"]
    assert (hit["item"], hit["promise"], hit["why"]) == (item.code, "zero", "大家也这样说：开小铺")
    answer = client.get("/api/v1/search?q=能寄到家吗").json()
    assert (answer["hits"], answer["replies"][0]["name"]) == ([], "结果寄递")
    assert client.get("/api/v1/search?q=阿拉丁神灯").json() == {"hits": [], "replies": []}
    assert client.get("/api/v1/search").status_code == client.get("/api/v1/search?q=").status_code == 422


def test_themes(client: Client, item: ItemView) -> None:
    assert client.get("/api/v1/themes").json() == {"themes": [{"name": "企业开办", "items": 1}]}


def test_who_has_the_answer_already_is_told_so(client: Client, item: ItemView) -> None:
    first = client.get(f"/api/v1/items/{item.code}")
    again = client.get(f"/api/v1/items/{item.code}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/api/v1/items/{item.code}", headers={"If-None-Match": '"other"'}).status_code == 200


def test_what_is_kept_is_sent_without_the_database(client: Client, item: ItemView, django_assert_num_queries: object) -> None:
    client.get(f"/api/v1/items/{item.code}")
    client.get("/api/v1/items?limit=20")
    with django_assert_num_queries(0):  # type: ignore[operator]
        client.get(f"/api/v1/items/{item.code}")
        client.get("/api/v1/items?limit=20")


def test_a_new_version_is_seen_within_a_second(
    client: Client, item: ItemView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(f"/api/v1/items/{item.code}")
    actions.publish_pack(SYSTEM, small_pack(tmp_path, STANDARD.replace("promised: 5", "promised: 4")))
    monkeypatch.setattr(kept, "ASK", 0.0)
    second = client.get(f"/api/v1/items/{item.code}")
    assert (first.json()["version"], second.json()["version"]) == (1, 2)
    assert first["ETag"] != second["ETag"]
