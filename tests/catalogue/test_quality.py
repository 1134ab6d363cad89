"""The list of the studio reads what it shows; the preview of a draft bears the hash that publication would give it."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.catalogue.test_revising import KEY, LEVEL, begun, officer
from tests.catalogue.town import NEAR, small_city, small_pack

from onevisit.access import SYSTEM
from onevisit.catalogue import actions, quality, queries, revisions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path) -> None:
    small_city()
    actions.publish_pack(SYSTEM, small_pack(tmp_path))
    actions.offer(SYSTEM, KEY, NEAR)


def test_the_list_reads_no_files_and_no_definitions() -> None:
    editor = officer("editor")
    draft = begun(editor)
    actions.attach(editor, draft.id, "other.html", b"<p>other</p>")
    assert quality.lines()[0].state == "draft"
    with CaptureQueriesContext(connection) as asked:
        quality.lines()
    for one in asked:
        assert not any(word in one["sql"] for word in ("revisionfile", '"content"', '"definition"', '."text"')), one["sql"]


def test_a_draft_reads_no_definition_of_the_version_that_it_changes() -> None:
    draft = begun(officer("editor"))
    with CaptureQueriesContext(connection) as asked:
        assert revisions.revision(draft.id).origin_version == 1
    assert not any('"definition"' in one["sql"] for one in asked)


def test_the_preview_has_the_hash_that_publication_gives() -> None:
    editor, publisher = officer("editor"), officer("publisher")
    draft = begun(editor, limits=[{"legal": 20, "promised": 4}])
    draft = actions.attach(editor, draft.id, "permit.html", "<h1>新的样本</h1>".encode())
    written = revisions.check(KEY, LEVEL, draft.content).standard
    assert written
    shown = queries.preview(KEY, LEVEL, written, draft.files)
    assert shown
    before = queries.preview(KEY, LEVEL, written, {**draft.files, "permit.html": b"<h1>x</h1>"})
    assert before
    assert before.content_hash != shown.content_hash
    actions.submit(editor, draft.id, "办得更快。")
    actions.publish(publisher, draft.id)
    assert queries.item(KEY, NEAR).content_hash == shown.content_hash
