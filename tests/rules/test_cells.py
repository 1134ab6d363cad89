"""What `core.cells` says of a cell is what zen says of it, value by value."""

from datetime import date
from decimal import Decimal

import pytest
import zen

from onevisit.core import cells

NUMBERS = [Decimal(n) / 2 for n in range(-3, 12)]
DAYS = [date(2024, 11, 29), date(2024, 11, 30), date(2024, 12, 1), date(2024, 12, 2)]
TEXTS = ["x", "y", "", "其他"]


CELLS = [
    (NUMBERS, ["1", "1.5", "-1", "<= 2", "< 2", "> 2", ">= 2", "== 2", "!= 2", "[1..3]", "(1..3]", "[1..3)", "(1..3)", "1, 3"]),
    (NUMBERS, ["< 1, > 3", "< 1 or > 3", "> 1 and < 3", "[1, 2]", "in [1, 2]", "not in [1, 2]", "in [1..3]", "not in (1..3)"]),
    (NUMBERS, ["[0.5..1.5], 3", "$ > 1", "> 0 and < 1 or > 3", "null", "!= null", "'x'", "(1..2), (3..4)"]),
    (TEXTS, ["'x'", '"x"', "'x', 'y'", "!= 'x'", "in ['x', 'y']", "not in ['x', 'y']", "null", "== 'x'", "1"]),
    ([True, False], ["true", "false", "!= true", "null", "== false"]),
    (DAYS, [">= d('2024-12-01')", "< d('2024-12-01')", "> d('2024-11-29') and <= d('2024-12-01')"]),
    ([None, "x", Decimal(1)], ["null", "!= null"]),
]


@pytest.mark.parametrize(("text", "values"), [(text, values) for values, texts in CELLS for text in texts])
def test_a_cell_holds_for_the_same_values(text, values):
    cell = cells.parse(text)
    assert cell is not None
    for value in values:
        try:
            expected = zen.evaluate_unary_expression(text, {"$": as_zen(value)})
        except RuntimeError:
            expected = False
        assert cell.holds(value) == expected, value


def as_zen(value):
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
