"""Errors as `application/problem+json` (RFC 9457): every kind has a page that says what it means and what to do.

`detail` is Chinese, English where Accept-Language asks for it; `instance` is the request's number; `errors` name each fault.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

MEDIA = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its status, its name and what to do, in both languages."""

    status: int
    title: str
    way_out: str
    english: str
    english_way_out: str


KINDS: Mapping[str, Kind] = {
    "bad-request": Kind(
        400,
        "请求看不懂",
        "请按接口文档检查请求的写法。",
        "Bad request",
        "Check the request against the documentation.",
    ),
    "signed-out": Kind(
        401,
        "还没有登录",
        "请先登录，再带着会话请求。",
        "Not signed in",
        "Sign in first and send the session with the request.",
    ),
    "forbidden": Kind(
        403,
        "没有权限",
        "请换有权限的账户，或者按提示找有权限的人办。",
        "Not allowed",
        "Use an account that may do this.",
    ),
    "not-found": Kind(
        404,
        "没有找到",
        "请核对地址和编号；不是您的办件也会这样回答。",
        "Not found",
        "Check the address and the number; what is not yours is answered alike.",
    ),
    "wrong-method": Kind(
        405,
        "这个地址不能这样用",
        "请按接口文档换一种方法。",
        "Method not allowed",
        "Use a method that the documentation lists.",
    ),
    "refused": Kind(
        409,
        "现在不能这样办",
        "请按detail里的提示办。",
        "Refused",
        "Do what the detail says.",
    ),
    "in-flight": Kind(
        409,
        "同一个请求还在办理",
        "请稍等几秒，用同一个Idempotency-Key再问一次。",
        "Still running",
        "Wait a few seconds and repeat with the same Idempotency-Key.",
    ),
    "changed": Kind(
        412,
        "内容已经变了",
        "请重新读取，再用新的ETag提交。",
        "Precondition failed",
        "Read it again and send its new ETag.",
    ),
    "too-large": Kind(
        413,
        "请求太大",
        "请求最多1 MB，请拆成几次。",
        "Too large",
        "A request has at most 1 MB; send it in parts.",
    ),
    "invalid": Kind(
        422,
        "填写有误",
        "请按errors里的每一处改正。",
        "Invalid",
        "Correct each place that errors names.",
    ),
    "other-body": Kind(
        422,
        "同一个Idempotency-Key用在了别的请求上",
        "请为新的请求换一个新的Idempotency-Key。",
        "Key used for another request",
        "Use a new Idempotency-Key for a new request.",
    ),
    "too-many": Kind(
        429,
        "请求太频繁",
        "请按Retry-After等一会儿再试。",
        "Too many requests",
        "Wait as long as Retry-After says.",
    ),
    "broken": Kind(
        500,
        "我们这边出了问题",
        "已经记下来了。请稍后再试，报修时请提供请求编号。",
        "Our fault",
        "It has been noted. Try again later; quote the request number.",
    ),
    "unavailable": Kind(
        503,
        "暂时不能服务",
        "请按Retry-After等一会儿再试。",
        "Unavailable",
        "Wait as long as Retry-After says.",
    ),
}
BY_STATUS: Mapping[int, str] = {kind.status: slug for slug, kind in reversed(list(KINDS.items()))}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request: where (JSON pointer), what, and its code."""

    pointer: str
    detail: str
    code: str


def problem(request: HttpRequest, slug: str, detail: str = "", *, code: str = "", errors: Sequence[Fault] = ()) -> HttpResponse:
    """The answer for a problem of this kind; `code` is the house's own word for a refusal."""
    kind, number = KINDS[slug], str(getattr(request, "request_id", ""))
    english = speaks_english(request)
    body: dict[str, object] = {
        "type": f"{settings.BASE_URL}/api/problems/{slug}",
        "title": kind.english if english else kind.title,
        "status": kind.status,
        "detail": kind.english_way_out if english else detail or kind.way_out,
        "instance": number,
    }
    if code:
        body["code"] = code
    if errors:
        body["errors"] = [asdict(one) for one in errors]
    response = HttpResponse(json.dumps(body, ensure_ascii=False), content_type=MEDIA, status=kind.status)
    if kind.status in (429, 503) or slug == "in-flight":
        response["Retry-After"] = "5"
    if kind.status == 401:
        response["WWW-Authenticate"] = 'Session realm="onevisit"'
    response["Content-Language"] = "en" if english else "zh-Hans"
    return response


def of_status(status: int) -> str:
    """The kind that stands for a bare status."""
    return BY_STATUS.get(status) or ("broken" if status >= 500 else "bad-request")


def speaks_english(request: HttpRequest) -> bool:
    """Whether English is what the caller asks for first."""
    return request.headers.get("Accept-Language", "").strip().lower().startswith("en")
