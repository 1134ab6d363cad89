"""One's own cases for machines, in the session of whoever is logged in. Nobody else's exist here."""

from datetime import UTC, datetime, timedelta
from typing import cast

from django.http import HttpRequest, HttpResponse
from ninja import Router

from onevisit.access import Actor
from onevisit.cases import queries
from onevisit.channels.api import asking, shapes
from onevisit.channels.api.asking import Limit
from onevisit.channels.api.problems import Fault
from onevisit.channels.api.views.answers import OWN
from onevisit.identity.login import ActorRequest

router = Router(tags=["cases"])


EPOCH, TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class SignedOut(Exception):
    """Nobody is logged in."""


@router.get(
    "/cases",
    response=shapes.CasePage,
    summary="我的办件",
    operation_id="cases",
    description="登录的人（或者所代表的单位）的办件和草稿，新的在前。",
    openapi_extra=OWN,
)
def cases(request: HttpRequest, cursor: str = "", limit: Limit = 20) -> HttpResponse:
    """The cases and drafts of the person or firm that the session acts for, the newest first."""
    asking.only(request, "cursor", "limit")
    rows = queries.mine(_applicant(request), limit + 1, _before(cursor))
    following = str((rows[limit - 1].updated_at - EPOCH) // TICK) if len(rows) > limit else None
    page = shapes.CasePage(tuple(shapes.case(row) for row in rows[:limit]), following)
    return _own(shapes.written(shapes.CasePage, page))


@router.get(
    "/cases/{id}",
    response=shapes.CaseWhole,
    summary="一个办件",
    operation_id="case",
    description="办件、办理到哪一步、跑腿账。别人的办件答404。",
    openapi_extra=OWN,
)
def case(request: HttpRequest, id: str) -> HttpResponse:
    """The case with its rail and its account of visits; somebody else's is not found."""
    asking.only(request)
    actor = _signed_in(request)
    view = queries.case(actor, id)
    whole = shapes.whole(view, queries.rail(actor, id), queries.account(actor, id))
    return _own(shapes.written(shapes.CaseWhole, whole))


def _signed_in(request: HttpRequest) -> Actor:
    actor = cast(ActorRequest, request).actor
    if actor.kind == "anonymous":
        raise SignedOut
    return actor


def _applicant(request: HttpRequest) -> Actor:
    """Who is logged in, if there is somebody to file for."""
    actor = _signed_in(request)
    if not queries.owner(actor):
        raise SignedOut
    return actor


def _before(cursor: str) -> datetime | None:
    """The moment that a cursor stands for: microseconds since 1970, safe in an address."""
    try:
        return EPOCH + int(cursor) * TICK if cursor else None
    except (ValueError, OverflowError) as why:
        raise asking.Strange((Fault("/query/cursor", "游标不对，请原样使用上一页的next。", "bad-value"),)) from why


def _own(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="application/json", headers={"Cache-Control": "no-store"})
