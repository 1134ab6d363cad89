"""Files by their digest; invariant 29."""

import pytest

from onevisit.access import Hidden, Refused
from onevisit.papers import actions, invariants, queries
from onevisit.papers.models import StoredFile

from .test_inspection import docx, picture


def test_equal_bytes_are_kept_once(db: None) -> None:
    first, second = actions.store(b"abc", "text/plain"), actions.store(b"abc", "text/plain")
    assert first == second
    assert queries.content(first.public_id).content == b"abc"
    assert StoredFile.objects.count() == 1


def test_a_file_that_is_not_there_is_hidden(db: None) -> None:
    with pytest.raises(Hidden):
        queries.content("00000000-0000-0000-0000-000000000000")


def test_an_upload_is_kept_as_inspected_or_not_at_all(db: None) -> None:
    assert actions.upload(docx()).kind.endswith("wordprocessingml.document")
    sent = picture("PNG") + b"tail"
    assert b"tail" not in queries.content(actions.upload(sent).public_id).content
    with pytest.raises(Refused):
        actions.upload(b"<svg onload=alert(1)>")
    assert StoredFile.objects.count() == 2


@pytest.mark.parametrize("change", [{"content": b"abd"}, {"size": 4}, {"digest": "02" + "00" * 32}, {"digest": "09" + "00" * 32}])
def test_a_file_that_is_not_what_its_row_says_is_found(db: None, change: dict[str, object]) -> None:
    actions.store(b"sound", "text/plain")
    broken = actions.store(b"abc", "text/plain")
    assert list(invariants.false_files()) == []
    StoredFile.objects.filter(public_id=broken.public_id).update(**change)
    assert set(invariants.false_files()) == {broken.public_id}
