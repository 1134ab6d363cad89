"""Money (金额): yuan as Decimal, exact until it is rounded once, half up, to the cent (分).

Rule engines hand over binary floats, partners hand over text; both come in here and nowhere else.

>>> yuan("12,345.60"), yuan(0.1) + yuan(0.2)
(Decimal('12345.60'), Decimal('0.3'))
>>> to_cent(yuan("18518.515"))
Decimal('18518.52')
"""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")


def yuan(value: str | int | float | Decimal) -> Decimal:
    """The exact amount that was written, in yuan."""
    try:
        amount = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise ValueError(f"not an amount in yuan: {value!r}")
    return amount


def to_cent(amount: Decimal) -> Decimal:
    """The amount in whole cents; a half goes up, away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)
