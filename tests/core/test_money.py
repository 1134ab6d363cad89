"""Money: exact until it is rounded once, half up, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core.money import to_cent, yuan


@pytest.mark.parametrize(
    ("written", "amount"),
    [("12,345.60", "12345.60"), (0.1, "0.1"), (2800000, "2800000"), (Decimal("1.005"), "1.005"), ("-3", "-3"), (" 7 ", "7")],
)
def test_what_was_written_is_the_amount(written: str | float | Decimal, amount: str) -> None:
    assert yuan(written) == Decimal(amount)


@pytest.mark.parametrize("written", ["", "一百", "NaN", "inf", float("nan"), float("inf"), "1.2.3", "0x10"])
def test_what_is_no_amount_is_refused_with_its_text(written: str | float) -> None:
    with pytest.raises(ValueError, match="not an amount in yuan"):
        yuan(written)


@pytest.mark.parametrize(
    ("amount", "cents"), [("0.005", "0.01"), ("0.0049", "0.00"), ("-0.005", "-0.01"), ("18518.515", "18518.52"), ("1", "1.00")]
)
def test_a_half_goes_up_away_from_zero(amount: str, cents: str) -> None:
    assert str(to_cent(Decimal(amount))) == cents


@given(st.integers(-(10**12), 10**12))
def test_whole_cents_stay_as_they_are(cents: int) -> None:
    amount = Decimal(cents) / 100
    assert to_cent(amount) == amount
