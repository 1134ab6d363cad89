"""Gaps, overlaps, dead rows and boundaries, against brute force over small domains."""

import itertools
import random
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core import cells, coverage
from onevisit.core.tables import Column, Domain, Row, Table


def a_table(*rows, policy="first", domains=None, **columns):
    """Columns by name and field; rows as (cells by column, result)."""
    domains = domains or {}
    made = tuple(Column(name, field=field, domain=domains.get(name)) for name, field in columns.items())
    written = tuple(
        Row(f"R{place}", {name: cell for name, cell in cells.items() if cell}, {"x": result})
        for place, (cells, result) in enumerate(rows, 1)
    )
    return Table("t", "表", policy, made, ("x",), written)


def test_a_gap_is_shown_with_facts_that_no_row_matches():
    found = coverage.check(a_table(({"a": "< 90"}, "1"), ({"a": "> 90"}, "2"), a="area"))
    assert found.gaps == ({"area": 90},)
    assert not found.is_sound


def test_numbers_are_unbounded_and_not_whole_unless_said():
    table = a_table(({"a": "[0..89]"}, "1"), ({"a": "[90..140]"}, "2"), a="area")
    assert [gap["area"] for gap in coverage.check(table).gaps] == [-1]
    table = a_table(({"a": "<= 89"}, "1"), ({"a": ">= 90"}, "2"), a="area")
    assert coverage.check(table).gaps == ({"area": "89.5"},)
    assert coverage.check(table, {"area"}).gaps == ()


def test_a_domain_bounds_a_column():
    table = a_table(({"a": "[0..90]"}, "1"), ({"a": "(90..140]"}, "2"), a="area", domains={"a": Domain(Decimal(0), Decimal(140))})
    assert coverage.check(table).gaps == ()
    wider = a_table(({"a": "[0..90]"}, "1"), a="area", domains={"a": Domain(Decimal(0), Decimal(140))})
    assert coverage.check(wider).gaps == ({"area": 91},)


def test_texts_are_open_unless_the_column_has_values():
    rows = (({"a": "'x'"}, "1"), ({"a": "'y', 'z'"}, "2"))
    assert coverage.check(a_table(*rows, a="act")).gaps == ({"act": "其他"},)
    assert coverage.check(a_table(*rows, a="act", domains={"a": Domain(values=("x", "y", "z"))})).gaps == ()


def test_days_are_whole():
    rows = (({"a": "<= d('2024-11-30')"}, "1"), ({"a": ">= d('2024-12-01')"}, "2"))
    assert coverage.check(a_table(*rows, a="on")).gaps == ()
    found = coverage.check(a_table(rows[0], ({"a": "> d('2024-12-01')"}, "2"), a="on"))
    assert found.gaps == ({"on": "2024-12-01"},)


def test_nothing_counts_where_a_cell_speaks_of_it():
    rows = (({"a": "null"}, "1"), ({"a": "> 0"}, "2"))
    assert coverage.check(a_table(*rows, a="price")).gaps == ({"price": -1},)
    assert coverage.check(a_table(({"a": "null"}, "1"), ({"a": "!= null"}, "2"), a="price")).gaps == ()


def test_a_last_row_without_conditions_closes_every_gap_and_overlaps_nobody():
    found = coverage.check(a_table(({"a": "< 90"}, "1"), ({}, "2"), a="area", policy="collect"))
    assert (found.gaps, found.overlaps, found.dead, found.is_sound) == ((), (), (), True)


def test_an_overlap_needs_different_results_and_counts_unless_the_first_row_wins():
    rows = (({"a": "<= 90"}, "1"), ({"a": ">= 90"}, "2"))
    for policy, is_sound in (("first", True), ("collect", False)):
        found = coverage.check(a_table(*rows, a="area", policy=policy))
        assert [(one.rows, one.example) for one in found.overlaps] == [(("R1", "R2"), {"area": 90})]
        assert found.is_sound is is_sound
    assert coverage.check(a_table(({"a": "<= 90"}, "1"), ({"a": ">= 90"}, "1"), a="area")).overlaps == ()


def test_a_row_that_earlier_rows_cover_together_is_dead():
    split = ({"a": "> 90", "b": "true"}, "2"), ({"a": "> 90", "b": "false"}, "3")
    rows = (({"a": "<= 90"}, "1"), *split, ({"b": "true"}, "4"))
    found = coverage.check(a_table(*rows, a="area", b="only"))
    assert (found.dead, found.gaps, found.is_sound) == (("R4",), (), False)


def test_a_row_that_nothing_matches_is_dead():
    assert coverage.check(a_table(({"a": "> 2 and < 1"}, "1"), ({}, "2"), a="n")).dead == ("R1",)


def test_an_expression_that_says_more_may_hold_or_not():
    rows = (({"a": "price > assessed"}, "1"), ({"a": "startsWith(name, 'x')"}, "2"))
    found = coverage.check(a_table(*rows, a=""))
    assert (found.gaps, found.dead) == (({},), ())
    assert coverage.check(a_table(rows[0], rows[0], a="")).dead == ("R2",)


def test_boundaries_stand_just_under_on_and_just_over_each_end():
    found = coverage.check(a_table(({"a": "<= 140", "d": "> d('2024-12-01')"}, "1"), ({"a": "> 140"}, "2"), a="area", d="on"))
    assert [facts.get("area", facts.get("on")) for facts in found.boundaries] == [
        "139.99", 140, "140.01", "2024-11-30", "2024-12-01", "2024-12-02",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "holds", "fails"),
    [
        ("140", [140], [139, "140"]), ("1.5..2.5", [], []),
        ("[1.5..2.5)", ["1.5", "2.4"], ["2.5"]), ("< 1 or > 3", [0, 4], [1, 3]),
        ("not in [1, 2]", [3], [1, 2]), ("in (1..3)", [2], [1, 3]), ("$ >= -1", [-1], [-2]),
        ("== 3", [3], [4]), ("!= 3", [4], [3]), ("1, 2, [5..6]", [1, 2, 5, 6], [3, 4]), ("(< 1 or > 3), 2", [0, 2, 4], [1, 3]),
    ],
)  # fmt: skip
def test_cells_mean_what_zen_means(text, holds, fails):
    cell = cells.parse(text)
    if not holds:
        assert cell is None
        return
    assert all(cell.holds(Decimal(str(one))) for one in holds)
    assert not any(cell.holds(Decimal(str(one)) if not isinstance(one, str) or "." in one else one) for one in fails)


@pytest.mark.parametrize(
    "text",
    [
        "a > 3",
        "len($)",
        "> 'x'",
        "[1..",
        "3 4",
        "d('2024-13-01')",
        "d(on)",
        "]1..2[",
        "&",
        ">",
        "not",
        "[1, 2",
        "not (> 1)",
        "> date('2024-12-01')",
    ],
)
def test_what_is_more_than_a_condition_on_one_value_is_opaque(text):
    assert cells.parse(text) is None


NUMBERS = [Decimal(n) / 2 for n in range(-1, 8)]
CELLS = {
    "n": ["", "1", "<= 1", "< 1", "> 1", ">= 2", "[1..2]", "(1..2]", "[0..3)", "1, 3", "not in [2]", "> 0 and < 3"],
    "t": ["", "'x'", "'y'", "'x', 'y'", "!= 'x'", "not in ['x', 'y']"],
    "b": ["", "true", "false"],
}
SPACE = {"n": NUMBERS, "t": ["x", "y", "其他"], "b": [True, False]}
rows = st.tuples(st.fixed_dictionaries({name: st.sampled_from(some) for name, some in CELLS.items()}), st.sampled_from("123"))


def brute(table):
    """What there is to find, by trying every combination of a space fine enough for these cells."""
    matched = []
    for values in itertools.product(*SPACE.values()):
        facts = dict(zip(SPACE, values, strict=True))
        matched.append(
            [p for p, row in enumerate(table.rows) if all(cells.parse(c).holds(facts[n]) for n, c in row.cells.items())]
        )
    default = len(table.rows) - 1 if not table.rows[-1].cells else None
    pairs = {pair for found in matched for pair in itertools.combinations(found, 2)}
    differing = {(a, b) for a, b in pairs if default not in (a, b) and table.rows[a].gives != table.rows[b].gives}
    dead = [p for p in range(len(table.rows)) if not any(found and found[0] == p for found in matched)]
    return default is None and any(not found for found in matched), differing, dead


@settings(max_examples=400, deadline=None)
@given(st.lists(rows, min_size=1, max_size=6))
def test_it_finds_what_brute_force_finds(written):
    table = a_table(*written, n="n", t="t", b="b")
    found = coverage.check(table)
    has_gap, overlapping, dead = brute(table)
    assert bool(found.gaps) is has_gap
    names = [row.id for row in table.rows]
    assert {one.rows for one in found.overlaps} == {(names[a], names[b]) for a, b in overlapping}
    assert list(found.dead) == [names[p] for p in dead]
    for gap in found.gaps:
        assert not any(matches(row, gap) for row in table.rows)
    for one in found.overlaps:
        assert all(matches(row, one.example) for row in table.rows if row.id in one.rows)


def matches(row, example):
    """Whether the row matches the facts of an example; what is not in it plays no part."""
    values = {name: Decimal(str(value)) if name == "n" else value for name, value in example.items()}
    return all(cells.parse(cell).holds(values[name]) for name, cell in row.cells.items())


def test_a_table_of_200_rows_is_checked_in_seconds():
    chance = random.Random(7)
    edges = [sorted(chance.sample(range(100), 2)) for _ in range(200)]
    written = [
        ({"n": f"[{low}..{high}]", "t": chance.choice(CELLS["t"]), "b": chance.choice(CELLS["b"])}, str(k))
        for k, (low, high) in enumerate(edges)
    ]
    before = time.perf_counter()
    assert coverage.check(a_table(*written, n="n", t="t", b="b")).overlaps
    assert time.perf_counter() - before < 10
