"""Answers that everyone gets, kept whole: made once for each edition of the catalogue, sent until something is published.

The catalogue is asked once a second whether anything changed; what lies outside of it (halls, phones) is read anew each minute.
Only what went through every layer once is kept, with the headers that they gave it, for the host that they let through.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from onevisit.catalogue import queries

MOST = 5000
ASK, RENEW = 1.0, 60.0
"""Seconds between two questions to the catalogue, and after which an answer is made anew."""
JSON, SVG = "application/json", "image/svg+xml"
OPEN = "/api/v1/"

Respond = Callable[[HttpRequest], HttpResponse]
Key = tuple[str, str, str]


class Answer(HttpResponse):
    """An answer that may be kept: it depends on the address and the catalogue alone."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A kept answer: its bytes, tag, all its headers, and the route that made it."""

    content: bytes
    tag: str
    headers: Mapping[str, str]
    match: ResolverMatch | None

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer once more; 304 if the caller has it already."""
        request.resolver_match = self.match
        known = self.tag in request.headers.get("If-None-Match", "")
        return HttpResponse(b"" if known else self.content, status=304 if known else 200, headers=dict(self.headers))


class _Kept:
    """What is kept in this process."""

    def __init__(self) -> None:
        self.answers: OrderedDict[Key, Whole] = OrderedDict()
        self.edition, self.asked = "", -ASK

    def current(self) -> str:
        """The edition of the catalogue, at most a second old."""
        now = time.monotonic()
        if now - self.asked >= ASK:
            self.edition, self.asked = queries.edition(), now
        return f"{self.edition}/{int(now // RENEW)}"

    def keep(self, key: Key, whole: Whole) -> None:
        """The answer is kept; the oldest makes room."""
        self.answers[key] = whole
        if len(self.answers) > MOST:
            self.answers.popitem(last=False)


_kept = _Kept()


def first(respond: Respond) -> Respond:
    """Middleware before sessions and the like: sends what is kept, keeps what may be."""

    def answering(request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or not request.path.startswith(OPEN):
            return respond(request)
        key = (_kept.current(), request.META.get("HTTP_HOST", ""), request.get_full_path())
        whole = _kept.answers.get(key)
        if whole is not None:
            return whole.answer(request)
        response = respond(request)
        if isinstance(response, Answer) and response.status_code == 200 and not response.cookies:
            _kept.keep(key, Whole(response.content, response["ETag"], dict(response.headers), request.resolver_match))
        return response

    return answering


def served(request: HttpRequest, content: bytes, media: str = JSON) -> HttpResponse:
    """An open answer with its tag; 304 if the caller has it already."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    known = tag in request.headers.get("If-None-Match", "")
    response = Answer(b"" if known else content, content_type=media, status=304 if known else 200)
    response.headers["ETag"], response.headers["Cache-Control"] = tag, "public, no-cache"
    return response


def forget() -> None:
    """Nothing is kept any more."""
    _kept.answers.clear()
    _kept.asked = -ASK
