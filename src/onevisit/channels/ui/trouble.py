"""What a page says when something can't be done: who may (403), none (404), what would work (409), our fault (500)."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from onevisit.access import Denied, Hidden, Refused

API = "/api/"


class Trouble:
    """Middleware: the house's own exceptions become pages; each answer bears the request's number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
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
        if isinstance(error, Refused) and error.code == "second-factor":
            return redirect(f"/confirm?{urlencode({'next': request.META.get('HTTP_REFERER', '/')})}")
        if isinstance(error, Refused):
            return page(request, 409, "现在不能这样办", str(error), error.way_out)
        return None


def page(request: HttpRequest, status: int, title: str, text: str, way_out: str = "") -> HttpResponse:
    """One sentence on what happened and one on what to do."""
    shown = {"title": title, "text": text, "way_out": way_out, "request_id": getattr(request, "request_id", "")}
    return render(request, "ui/trouble.html", shown, status=status)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing of yours."""
    del exception
    return page(request, 404, "没有找到这一页", "这个地址没有内容，或者不是您的办件。", "请从“我的办件”里找，或者用搜索。")


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault; what was saved is still there."""
    return page(
        request,
        500,
        "我们这边出了问题",
        "已经记下来了，会尽快修好。您保存过的内容都还在。",
        "请过一会儿再试；着急办的，请拨打12345。",
    )
