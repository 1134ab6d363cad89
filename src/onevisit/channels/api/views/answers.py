"""What every operation's description has in common: its problems, and that it answers 304 to whoever has the answer already."""

from typing import Any

from onevisit.channels.api.problems import MEDIA

PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "打开就是这类问题的说明"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "请求编号"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail", "code"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}, "code": {"type": "string"}},
            },
        },
    },
}
_DEFAULT = {"description": "问题（RFC 9457）", "content": {MEDIA: {"schema": PROBLEM}}}
_SAME = {"description": "与您手里的一样（ETag）"}

OWN: dict[str, Any] = {"responses": {"default": _DEFAULT}}
ALSO: dict[str, Any] = {"responses": {304: _SAME, "default": _DEFAULT}}
SVG: dict[str, Any] = {
    "responses": {
        200: {"description": "图", "content": {"image/svg+xml": {"schema": {"type": "string"}}}},
        304: _SAME,
        "default": _DEFAULT,
    }
}
