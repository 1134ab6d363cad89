"""Pages for those who build on the API: the reference, readable without a network or a script, and what each problem means."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from ninja import NinjaAPI

from onevisit.channels.api import problems


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    place: str
    required: bool
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the reference."""

    id: str
    method: str
    path: str
    summary: str
    text: str
    parameters: tuple[Parameter, ...]
    fields: tuple[tuple[str, str], ...]


@require_GET
def docs(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """The reference, written from the same document that machines read."""
    schema = api.get_openapi_schema()
    operations = [
        _operation(path, method, one, schema) for path, methods in schema["paths"].items() for method, one in methods.items()
    ]
    return render(request, "api/docs.html", {"info": schema["info"], "operations": operations, "kinds": problems.KINDS})


@require_GET
def problem_kinds(request: HttpRequest) -> HttpResponse:
    """Every kind of problem."""
    return render(request, "api/problems.html", {"kinds": problems.KINDS})


@require_GET
def problem_kind(request: HttpRequest, slug: str) -> HttpResponse:
    """What one kind of problem means and what to do: where `type` leads."""
    if slug not in problems.KINDS:
        raise Http404(slug)
    return render(request, "api/problem.html", {"slug": slug, "kind": problems.KINDS[slug]})


def nowhere(request: HttpRequest) -> HttpResponse:
    """No such address of the API."""
    return problems.problem(request, "not-found")


def _operation(path: str, method: str, one: dict[str, Any], schema: dict[str, Any]) -> Operation:
    parameters = tuple(
        Parameter(p["name"], p["in"], p.get("required", False), _kind(p["schema"]), p.get("description", ""))
        for p in one.get("parameters", ())
    )
    return Operation(
        one["operationId"],
        method.upper(),
        path,
        one.get("summary", ""),
        one.get("description", ""),
        parameters,
        _fields(one, schema),
    )


def _fields(one: dict[str, Any], schema: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The first level of what the operation answers."""
    content = one["responses"].get(200, {}).get("content", {}).get("application/json", {}).get("schema", {})
    resolved = _resolved(content, schema)
    return tuple((name, _kind(_plain(part, schema))) for name, part in resolved.get("properties", {}).items())


def _resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = part.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = schema["components"]["schemas"].get(name, part) if name else part
    return found


def _plain(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object"} if "$ref" in part else part


def _kind(part: dict[str, Any]) -> str:
    """A schema in a word or two."""
    if "anyOf" in part:
        return "或".join(_kind(one) for one in part["anyOf"])
    words = {
        "string": "文本", "integer": "整数", "number": "数", "boolean": "是或否", "array": "列表", "object": "对象", "null": "空",
    }  # fmt: skip
    word = "时间" if part.get("format") == "date-time" else words.get(part.get("type", "object"), "对象")
    bounds = [
        f"{name}{part[key]}"
        for key, name in (("minimum", "最小"), ("maximum", "最大"), ("default", "默认"))
        if part.get(key) not in (None, "")
    ]
    return word + (f"（{'，'.join(bounds)}）" if bounds else "")
