"""What is exported and imported again is the same: any definition that the types allow, and all standards of the packs."""

import csv
import io
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onevisit.access import Refused
from onevisit.catalogue import exchange
from onevisit.catalogue.exchange.columns import everywhere
from onevisit.catalogue.exchange.texts import DECODERS, Unreadable, decode
from onevisit.core.definition import Standard
from onevisit.core.offers import Offer
from onevisit.core.reading import read, to_json
from onevisit.core.shape import Element, Kind, elements
from onevisit.settings import PACKS

KINDS = ("xlsx", "csv", "json")
HARD = st.sampled_from(
    ["=1+1", "+86", "-", "@x", "'=x", "a；b", "1.甲；2.乙", '"引号"', "[1]", "{}", "《法》第一条：一；二", "是", "有", "1",
     " 空 ", "一\n二", "\r", "\x00", "_x000D_", "a=b,c；d=e", "窗口", "申请人", "01", "行政许可", "０１", "x" * 20_000, "莫𡐓村",
     "\t", "，", "a, b", "='"]
)  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12) | HARD
SAID = TEXT.filter(bool)
PATTERNS = {
    "by": st.sampled_from(["applicant", "window", "system", "department", "regulator", "applicant:a", "department:tax"]),
    "source": st.sampled_from(["applicant", "shared:civil.marriage", "licence:x", "applicant.phone"]),
}


def values(kind: Kind, element: Element) -> st.SearchStrategy[Any]:
    """What a value of this kind may be, any text where there is text."""
    if kind.form == "record" and kind.record:
        return records(kind.record)
    if kind.form == "list" and kind.of:
        least = 1 if element.required else 0
        unique = kind.of.form != "record"
        return st.lists(values(kind.of, element), min_size=least, max_size=2, unique=unique).map(tuple)
    if kind.form == "map" and kind.of:
        return st.dictionaries(SAID, values(kind.of, element), min_size=int(element.required), max_size=2)
    plain = {
        "choice": st.sampled_from(kind.options or ("",)),
        "flag": st.booleans(),
        "integer": st.integers(element.low, element.high or 99_999),
        "decimal": st.decimals(-(10**6), 10**6, places=2) | st.integers(-5, 9).map(Decimal),
    }
    text = PATTERNS.get(element.name, SAID if element.required else TEXT)
    return plain.get(kind.form, text)


def records(of: type) -> st.SearchStrategy[Any]:
    """Any record of the type; groups of fields one level deep."""
    chosen = {}
    for element in elements(of):
        if element.name == "fields":
            chosen[element.name] = st.just(())
        elif element.required:
            chosen[element.name] = values(element.kind, element)
        else:
            chosen[element.name] = st.just(element.default) | values(element.kind, element)
    return st.fixed_dictionaries(chosen).map(lambda given: of(**given))


def row(document: dict[str, Any], offer: dict[str, Any]) -> exchange.Row:
    head = document["item"]
    known = (head.get("key", ""), head.get("code", ""), head["name"], document["level"], offer.get("division", ""))
    return exchange.Row("", 0, *known, document, offer)


def pairs(items: tuple[exchange.Row, ...] | list[exchange.Row]) -> list[tuple[Any, Any]]:
    return [(one.document, one.offer) for one in items]


STANDARDS, OFFERS = records(Standard), st.none() | records(Offer)


@st.composite
def rows(draw: st.DrawFn) -> exchange.Row:
    standard, offer = draw(STANDARDS), draw(OFFERS)
    document = to_json(standard)
    local = to_json(offer)["offer"] if offer else {}
    own = document["item"].get("key") or document["item"].get("code") or ""
    return row(document, {**local, "item": own, "level": document["level"]} if local else {})


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(rows(), min_size=1, max_size=3))
def test_any_definition_comes_back_whole(kind: exchange.Kind, items: list[exchange.Row]) -> None:
    found = exchange.read(f"x.{kind}", exchange.write(kind, items))
    assert pairs(found.items) == pairs(items)
    assert found.unknown_columns == ()


@settings(max_examples=400, deadline=None, database=None, derandomize=True)
@given(st.sampled_from(sorted(DECODERS)), st.none() | TEXT | st.lists(TEXT, max_size=2) | st.dictionaries(TEXT, TEXT, max_size=2))
def test_any_cell_is_read_or_refused_in_words(kind: str, value: Any) -> None:
    """Whatever stands in a cell of whatever kind: a value, or a sentence."""
    of = "level" if "choice" in kind else "by" if kind == "named" else "reason" if kind == "bare" else ""
    with suppress(Unreadable):
        decode(f"{kind}:{of}", str(value))


def shipped() -> list[exchange.Row]:
    """Every standard of the packs, and again with each offer of it."""
    documents = [read(path.read_text("utf-8")).document for path in sorted(PACKS.glob("*/standards/*.yaml"))]
    offers = [to_json(read(path.read_text("utf-8")).document)["offer"] for path in sorted(PACKS.glob("*/offers/*.yaml"))]
    found = [row(to_json(one), {}) for one in documents]
    return found + [row(one.document, offer) for offer in offers for one in found if one.key == offer["item"]]


@pytest.mark.parametrize("kind", KINDS)
def test_every_standard_of_the_packs_comes_back_whole_and_without_a_fault(kind: exchange.Kind) -> None:
    items = shipped()
    assert len(items) > 31
    found = exchange.read(f"x.{kind}", exchange.write(kind, items))
    assert pairs(found.items) == pairs(items)
    assert (found.faults, found.unknown_columns) == ((), ())
    again = exchange.read(f"x.{kind}", exchange.write(kind, found.items))
    assert pairs(again.items) == pairs(items)


@pytest.mark.parametrize("kind", KINDS)
def test_an_import_of_the_packs_reads_as_they_do(kind: exchange.Kind) -> None:
    items = shipped()
    found = exchange.read(f"x.{kind}", exchange.write(kind, items))
    assert [one.faults for one in exchange.readings(found)] == [()] * len(exchange.readings(found))


HEADERS = st.sampled_from(sorted(everywhere())) | TEXT
SAYS = TEXT | st.sampled_from(
    ["县级", "1", "2", "1^2", "即办件", "承诺件", "行政许可", "20", "5个工作日", "《演示法》第一条：条文", "甲；乙", "窗口办理",
     "submit", "10", "否", "甲=乙"]
)  # fmt: skip


@settings(max_examples=200, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_table_is_read_and_checked_with_every_finding_at_a_cell(data: st.DataObject) -> None:
    header = ["事项名称", "事项类型", *data.draw(st.lists(HEADERS, max_size=10))]
    rows = data.draw(st.lists(st.lists(SAYS, min_size=len(header), max_size=len(header)), max_size=4))
    made = io.StringIO(newline="")
    csv.writer(made).writerows([header, *rows])
    with suppress(Refused):
        found = exchange.read("x.csv", made.getvalue().encode())
        for one in exchange.check(found):
            assert (one.cell and one.diagnostic.line >= 1) or not found.items
            assert one.diagnostic.message.strip()
        assert len(found.items) <= len(rows)
