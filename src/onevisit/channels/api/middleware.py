"""Around every request of the house: probes before anything else, a number and a line in the log, errors of the API as problems.

The line in the log holds listed keys only: the route, never the path, so that no name or number gets into it.
"""

import hmac
import json
import re
import time
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars

from onevisit.channels.api import problems
from onevisit.channels.api.kept import first as kept
from onevisit.identity import limits
from onevisit.ledger import health

Respond = Callable[[HttpRequest], HttpResponse]
API = "/api/"
VERSION = "/api/v1/"
NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")
LARGEST = 1_000_000
"""Bytes that a request to the API may have."""

structlog.configure(
    processors=[
        merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
)
__all__ = ["kept", "limited", "probes", "records", "troubles"]
log = structlog.get_logger("onevisit.request")

ANSWERED = Counter("onevisit_requests", "Answered requests", ["method", "route", "status"])
TOOK = Histogram("onevisit_request_seconds", "Seconds from request to answer", ["route"])
FIGURE = {
    "jobs_waiting": Gauge("onevisit_jobs_waiting", "Jobs that are due"),
    "job_age_seconds": Gauge("onevisit_job_age_seconds", "Age of the oldest job that is due"),
    "jobs_given_up": Gauge("onevisit_jobs_given_up", "Jobs that gave up"),
    "workers": Gauge("onevisit_workers", "Workers alive"),
}


def probes(respond: Respond) -> Respond:
    """Answers /livez, /readyz and /metrics before hosts, sessions and the database are looked at."""
    answers: dict[str, Respond] = {"/livez": _live, "/readyz": _ready, "/metrics": _metrics}

    def probing(request: HttpRequest) -> HttpResponse:
        answer = answers.get(request.path) if request.method in ("GET", "HEAD") else None
        return answer(request) if answer else respond(request)

    return probing


def _live(request: HttpRequest) -> HttpResponse:
    """The process answers: that is all it says."""
    return _json({"live": True}, 200)


def _ready(request: HttpRequest) -> HttpResponse:
    """Each check by itself; 503 if one fails."""
    checks = health.readiness()
    ready = all(one.ok for one in checks)
    return _json(
        {"ready": ready, "checks": {one.name: {"ok": one.ok, "text": one.text, "mend": one.mend} for one in checks}},
        200 if ready else 503,
    )


def _json(body: object, status: int) -> HttpResponse:
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        content_type="application/json",
        status=status,
        headers={"Cache-Control": "no-store"},
    )


def _metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: in a demo for anybody, elsewhere for who bears the token."""
    wanted = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.DEMO and not (wanted and hmac.compare_digest(given.encode(), wanted.encode())):
        return problems.problem(request, "signed-out")
    for name, value in health.figures().items():
        FIGURE[name].set(value)
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def records(respond: Respond) -> Respond:
    """Gives each request its number (the caller's, if that is decent), which stands in the answer, the log, the ledger."""

    def recording(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        number = given if NUMBER.fullmatch(given) else uuid4().hex
        request.request_id = number  # type: ignore[attr-defined]
        clear_contextvars()
        bind_contextvars(request_id=number)
        started = time.perf_counter()
        response = respond(request)
        took = time.perf_counter() - started
        route = f"/{request.resolver_match.route}" if request.resolver_match else ""
        ANSWERED.labels(request.method, route, response.status_code).inc()
        TOOK.labels(route).observe(took)
        log.info("request", method=request.method, route=route, status=response.status_code, milliseconds=round(took * 1000))
        response.headers["X-Request-Id"] = number
        return response

    return recording


def troubles(respond: Respond) -> Respond:
    """Below /api, whatever error any layer answers with is a problem in JSON."""

    def asking(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            return respond(request)
        length = str(request.META.get("CONTENT_LENGTH") or 0)
        if not length.isdecimal():
            return problems.problem(request, "bad-request")
        if int(length) > LARGEST:
            return problems.problem(request, "too-large")
        response = respond(request)
        if response.status_code < 400 or response.headers.get("Content-Type") == problems.MEDIA or _is_page(request):
            return response
        return problems.problem(request, problems.of_status(response.status_code))

    return asking


def limited(respond: Respond) -> Respond:
    """Whoever asks the API for more than what is kept pays for it by his address; what is kept has been sent before this."""

    def paying(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(VERSION):
            return respond(request)
        try:
            limits.spend(limits.Use("api", limits.address(request)))
        except limits.TooOften as refused:
            answer = problems.problem(request, "too-many", str(refused))
            answer["Retry-After"] = str(refused.seconds)
            return answer
        return respond(request)

    return paying


def _is_page(request: HttpRequest) -> bool:
    """The pages for people among the API's addresses."""
    return request.path.startswith(("/api/docs", "/api/problems"))
