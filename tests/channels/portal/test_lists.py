"""The city's lists on their page, as a table for a spreadsheet and for a program: the same rows in all three."""

import csv
from io import StringIO

import pytest
from django.test import Client
from tests.cases.ground import offer_deed_tax, small_city


@pytest.fixture
def browser(db: None) -> Client:
    small_city()
    offer_deed_tax()
    return Client()


def test_the_page_the_table_and_the_program_see_the_same_rows(browser: Client) -> None:
    page = browser.get("/lists/zero").content.decode()
    assert "契税申报" in page
    assert "100.0%" in page
    table = list(csv.reader(StringIO(browser.get("/lists/zero.csv").content.decode("utf-8-sig"))))
    told = browser.get("/lists/zero.json").json()
    assert [row[0] for row in table[1:]] == [one["name"] for one in told["items"]] == ["契税申报"]
    assert told["rates"][0] == {"name": "最多跑一次事项率", "part": 1, "whole": 1, "percent": "100.0%"}


def test_a_list_is_narrowed_by_its_address_and_keeps_what_was_chosen(browser: Client) -> None:
    page = browser.get("/lists/once", {"level": "town"}).content.decode()
    assert '<option value="town" selected>' in page
    assert "这里还没有事项" in page
    assert browser.get("/lists/once.json", {"level": "town"}).json()["items"] == []


def test_no_exception_is_said_to_be_none_and_another_list_is_none(browser: Client) -> None:
    assert "没有例外" in browser.get("/lists/exceptions").content.decode()
    for ending in ("", ".csv", ".json"):
        assert browser.get(f"/lists/everything{ending}").status_code == 404
