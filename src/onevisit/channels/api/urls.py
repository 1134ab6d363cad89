"""The API's addresses, its document and pages, and how each exception of the house is answered."""

import traceback
from collections.abc import Callable
from typing import Any

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from onevisit.access import Denied, Hidden, Refused
from onevisit.channels.api import asking, problems
from onevisit.channels.api.problems import Fault, problem
from onevisit.channels.api.views import cases, catalogue, pages
from onevisit.ledger.once import InFlight, OtherBody

DESCRIPTION = """一次办的机器接口：事项、指南、自己的办件。所有错误都是application/problem+json（RFC 9457），type打开就是说明。
时间是带+08:00的RFC 3339，金额是十进制文本。列表每页最多200条，用next作下一页的cursor。请求编号在X-Request-Id里。"""

api = NinjaAPI(
    title="一次办", version="1", description=DESCRIPTION, docs_url=None, openapi_url="/openapi.json", urls_namespace="api"
)
api.add_router("", catalogue.router)
api.add_router("", cases.router)

log = structlog.get_logger("onevisit.api")
Answering = Callable[[HttpRequest, Any], HttpResponse]
ANSWERS: dict[type[Exception], Answering] = {
    Denied: lambda request, error: problem(request, "forbidden", str(error)),
    Hidden: lambda request, error: problem(request, "not-found"),
    Refused: lambda request, error: problem(request, "refused", f"{error.message}{error.way_out}", code=error.code),
    InFlight: lambda request, error: problem(request, "in-flight"),
    OtherBody: lambda request, error: problem(request, "other-body"),
    asking.Strange: lambda request, error: problem(request, "invalid", str(error), errors=error.faults),
    cases.SignedOut: lambda request, error: problem(request, "signed-out"),
    Http404: lambda request, error: problem(request, "not-found"),
    Exception: lambda request, error: broken(request, error),
    HttpError: lambda request, error: problem(request, problems.of_status(error.status_code)),
    ValidationError: lambda request, error: problem(request, "invalid", errors=_faults(error)),
}


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """Our fault: noted with its kind and place, never with its text, which may hold somebody's name or number."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    log.error("broken", kind=type(error).__name__, file=place.filename.rpartition("/")[2], line=place.lineno)
    return problem(request, "broken")


def _faults(error: ValidationError) -> tuple[Fault, ...]:
    """Where each value is wrong, as a pointer into the request."""
    return tuple(
        Fault("/" + "/".join(str(part) for part in one["loc"]), WORDS.get(one["type"], "值不对。"), one["type"])
        for one in error.errors
    )


WORDS = {
    "int_parsing": "要写成整数。",
    "greater_than_equal": "太小了。",
    "less_than_equal": "太大了，一页最多200条。",
    "missing": "缺少这个参数。",
    "string_too_short": "不能是空的。",
    "literal_error": "不在可以选的值里。",
}
for kind, answer in ANSWERS.items():
    api.add_exception_handler(kind, answer)

urlpatterns = [
    path("docs", pages.docs, {"api": api}, name="api-docs"),
    path("problems/", pages.problem_kinds, name="api-problems"),
    path("problems/<slug:slug>", pages.problem_kind, name="api-problem"),
    path("v1/", api.urls),
    re_path("", pages.nowhere),
]
