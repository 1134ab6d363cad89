"""Where the visitor is (办事地区): a cookie, down to the village if he likes, else the city's first county with a guide."""

from dataclasses import replace
from functools import lru_cache

from django.http import HttpRequest

from onevisit.city import queries as city
from onevisit.city.queries import DivisionView

COOKIE = "place"
DIGITS = 12


def choices(within: str = "") -> tuple[DivisionView, ...]:
    """The divisions inside, without units that are no governments; of the city where nothing is named."""
    return _choices(within or city.cities()[0].code)


@lru_cache(maxsize=512)
def _choices(root: str) -> tuple[DivisionView, ...]:
    return tuple(one for one in city.children(root) if not one.statistical)


@lru_cache(maxsize=8192)
def _lies_in(code: str, root: str) -> bool:
    """Whether the code is a division of the city, other than the city itself."""
    try:
        above = city.path(code)
    except city.NotHere:
        return False
    return len(above) > 1 and above[0].code == root and not any(one.statistical for one in above)


def known(code: str) -> bool:
    """Whether somebody can be at home there."""
    return len(code) == DIGITS and code.isascii() and code.isdigit() and _lies_in(code, city.cities()[0].code)


def chosen(request: HttpRequest) -> str:
    """The division code that pages speak of."""
    code = request.COOKIES.get(COOKIE, "")
    return code if known(code) else choices()[0].code


def named(code: str) -> DivisionView:
    """The division under its whole name, from the county down: 龙子湖区东风街道."""
    path = city.path(code)
    return replace(path[-1], name="".join(one.name for one in path[1:]) or path[-1].name)
