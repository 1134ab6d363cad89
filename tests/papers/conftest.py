"""Papers to try things on, without a template of any room."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from onevisit.papers import render

PAPER = """{% extends "papers/paper.html" %}{% block title %}{{ name }}{% endblock %}
{% block paper %}<h1>{{ name }}</h1><p>{{ text }}</p>{% include "papers/end.html" with qr_says="扫码核对" %}{% endblock %}"""


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Callable[..., bytes]:
    """A rendered paper: `paper(text, attachments)`."""

    def rendered(text: str = "内容", attachments: dict[str, bytes] | None = None, template: str = PAPER) -> bytes:
        made = engines["django"].from_string(template)
        monkeypatch.setattr(render, "render_to_string", lambda name, context: made.render(context))
        return render.pdf(
            "anything", {"name": "示例文书", "text": text, "qr": "http://127.0.0.1/verify/A", "office": "示例局"}, attachments
        )

    return rendered


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of keys of this test's own."""
    monkeypatch.setattr(settings, "KEYS", tmp_path / "keys")
    return tmp_path / "keys"
