"""What a page says when something can't be done: who may (403), none (404), what would work (409), too often, our fault (500)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from onevisit.access import Denied, Hidden, Refused
from onevisit.channels.ui import look
from onevisit.channels.ui.sessions import typed
from onevisit.identity.limits import TooOften
from onevisit.ledger.once import OtherBody

API = "/api/"
TOO_OFTEN = frozenset({"quota"})
"""Codes of refusals that another day would lift."""


class Trouble:
    """Middleware: the house's own exceptions become pages; each answer bears the request's number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not request.path.startswith(API):
            response = wrong_way(request, response.headers["Allow"])
        response.headers.setdefault("X-Request-Id", getattr(request, "request_id", ""))
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an exception that the house raises on purpose; None for all others, and for the API."""
        if request.path.startswith(API):
            return None
        if isinstance(error, Denied):
            return page(request, 403, "您不能做这件事", str(error), "请换一个账户，或者到政务服务大厅窗口办理。")
        if isinstance(error, Hidden):
            return missing(request)
        if isinstance(error, TooOften):
            return too_often(request, error)
        if isinstance(error, OtherBody):
            return page(request, 422, "这一页已经用过了", "它已经提交给另一件事，这次没有办。", "请打开要办的那件事再提交。")
        return _refused(request, error) if isinstance(error, Refused) else None


def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    """What would work instead; where a second factor would, the page that asks for it."""
    if refused.code == "second-factor":
        return redirect(f"/confirm?{urlencode({'next': request.META.get('HTTP_REFERER', '/')})}")
    if refused.code in TOO_OFTEN:
        return page(request, 429, "今天的次数用完了", str(refused), refused.way_out)
    return page(request, 409, "现在不能这样办", str(refused), refused.way_out)


def page(request: HttpRequest, status: int, title: str, text: str, way_out: str = "") -> HttpResponse:
    """One sentence on what happened and one on what to do."""
    return render(request, "ui/trouble.html", _words(request, title, text, way_out), status=status)


def _words(request: HttpRequest, title: str, text: str, way_out: str) -> dict[str, Any]:
    return {"title": title, "text": text, "way_out": way_out, "request_id": getattr(request, "request_id", "")}


def too_often(request: HttpRequest, refused: TooOften) -> HttpResponse:
    """429: a limit is used up; when to come again, and what was typed, to be sent again then."""
    shown = {**_words(request, "请稍等一会儿再试", str(refused), refused.way_out), "kept": typed(request)}
    response = render(request, "ui/too_often.html", shown, status=429)
    response.headers["Retry-After"] = str(refused.seconds)
    return response


def soon(request: HttpRequest, what: str) -> HttpResponse:
    """What was asked for is being made, a moment after the event that makes it: 202, to be looked at again."""
    response = page(request, 202, f"{what}正在生成", f"{what}正在生成，几秒钟就好。", "请稍等片刻，再刷新这一页。")
    response.headers["Retry-After"] = "3"
    return response


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing of yours."""
    del exception
    return page(request, 404, "没有找到这一页", "这个地址没有内容，或者不是您的办件。", "请从“我的办件”里找，或者用搜索。")


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request can't be read."""
    del exception
    return page(request, 400, "没有读懂这次提交", "提交的内容不完整，或者太多、太大。", "请回到上一页，检查以后再提交。")


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old, or not ours (CSRF)."""
    del reason
    text = "这一页打开得太久，或者换过登录的账户，为了安全没有提交。"
    return page(request, 403, "请重新打开这一页", text, "请回到上一页，刷新后再提交。保存过的内容都还在。")


def wrong_way(request: HttpRequest, allowed: str) -> HttpResponse:
    """405: an address that only a button leads to."""
    response = page(request, 405, "这一页不能直接打开", "这个地址要从页面上的按钮进来。", "请从“我的办件”里接着办。")
    response.headers["Allow"] = allowed
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault; what was saved is still there. Asks the database for nothing, since that may be what is broken."""
    shown = {
        **look.chosen(request),
        "title": "我们这边出了问题",
        "text": "已经记下来了，会尽快修好。您保存过的内容都还在。",
        "way_out": "请过一会儿再试；着急办的，请拨打12345。",
        "request_id": getattr(request, "request_id", ""),
    }
    return HttpResponse(render_to_string("ui/trouble.html", shown), status=500)
