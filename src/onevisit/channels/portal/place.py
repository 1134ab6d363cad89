"""Where the visitor is (办事地区): a cookie, else the city's first county with a guide."""

from functools import lru_cache

from django.http import HttpRequest

from onevisit.city import queries as city
from onevisit.city.queries import DivisionView

COOKIE = "place"


def choices() -> tuple[DivisionView, ...]:
    """The city and its counties and districts, without units that are no governments."""
    return _choices(city.cities()[0].code)


@lru_cache
def _choices(root: str) -> tuple[DivisionView, ...]:
    return tuple(one for one in city.children(root) if not one.statistical)


def chosen(request: HttpRequest) -> str:
    """The division code that pages speak of."""
    code = request.COOKIES.get(COOKIE, "")
    known = choices()
    return code if any(one.code == code for one in known) else known[0].code
