"""Answers that everyone gets, kept as bytes: made once for each edition of the catalogue, sent until something is published.

The catalogue is asked once a second whether anything changed; what lies outside of it (halls, phones) is read anew each minute.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse

from onevisit.catalogue import queries

MOST = 5000
ASK, RENEW = 1.0, 60.0
"""Seconds between two questions to the catalogue, and after which an answer is made anew."""
JSON, SVG = "application/json", "image/svg+xml"

Key = tuple[str, ...]


class _Kept:
    """What is kept in this process."""

    def __init__(self) -> None:
        self.bodies: OrderedDict[Key, tuple[bytes, str]] = OrderedDict()
        self.edition, self.asked = "", -ASK

    def current(self) -> str:
        """The edition of the catalogue, at most a second old."""
        now = time.monotonic()
        if now - self.asked >= ASK:
            self.edition, self.asked = queries.edition(), now
        return f"{self.edition}/{int(now // RENEW)}"

    def body(self, key: Key, make: Callable[[], bytes]) -> tuple[bytes, str]:
        """The bytes and their tag."""
        whole = (self.current(), *key)
        found = self.bodies.get(whole)
        if found is None:
            content = make()
            found = self.bodies[whole] = (content, f'"{sha256(content).hexdigest()[:32]}"')
            if len(self.bodies) > MOST:
                self.bodies.popitem(last=False)
        return found


_kept = _Kept()


def served(request: HttpRequest, key: Key, make: Callable[[], bytes], media: str = JSON) -> HttpResponse:
    """The answer under this key, made if it is not kept; 304 if the caller has it already."""
    content, tag = _kept.body(key, make)
    known = tag in request.headers.get("If-None-Match", "")
    response = HttpResponse(status=304) if known else HttpResponse(content, content_type=media)
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def forget() -> None:
    """Nothing is kept any more."""
    _kept.bodies.clear()
    _kept.asked = -ASK
