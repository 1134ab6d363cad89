"""What must hold of licences (invariants 1 and 30; that the decision is a grant of the same case, `cases` checks)."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from onevisit.core import identifiers
from onevisit.ledger.invariants import Invariant, offending
from onevisit.ledger.models import Event
from onevisit.licences import layout
from onevisit.licences.actions import identifier
from onevisit.licences.models import Licence
from onevisit.licences.verification import read_metadata
from onevisit.papers.actions import digest_of
from onevisit.papers.verification import TRUST, trusted, verify_pdf

TWICE = """
SELECT decision || '/' || type_id FROM licences_licence WHERE decision IS NOT NULL GROUP BY decision, type_id HAVING count(*) > 1
"""
GAPS = """
SELECT l.series FROM licences_licence l LEFT JOIN ledger_counter c ON c.series = l.series WHERE l.series <> ''
GROUP BY l.series, c.last
HAVING count(DISTINCT l.serial) <> max(l.serial) OR min(l.serial) <> 1 OR max(l.serial) IS DISTINCT FROM c.last
"""
UNUSED = """
SELECT c.series FROM ledger_counter c
WHERE c.series LIKE 'licence/%%' AND NOT EXISTS (SELECT 1 FROM licences_licence l WHERE l.series = c.series)
"""
ENDED = """
SELECT l.public_id FROM licences_licence l
LEFT JOIN licences_revocation r ON r.licence_id = l.id AND r.confirmed_at IS NOT NULL
LEFT JOIN licences_licence n ON n.replaces_id = l.id
WHERE (l.state IN ('revoked', 'cancelled', 'withdrawn')) <> (r.id IS NOT NULL)
OR r.kind <> l.state OR (l.state = 'superseded') <> (n.id IS NOT NULL)
"""
AT_ONCE = 20


def doubled() -> Iterator[str]:
    """Decisions that gave two licences of one type."""
    yield from offending(TWICE)


def disagreeing() -> Iterator[str]:
    """Series with gaps; licences whose ending, number, code, file, seal, QR or data do not agree."""
    yield from offending(GAPS)
    yield from offending(UNUSED)
    yield from offending(ENDED)
    rows = Licence.objects.select_related("type", "replaces", "file").order_by("id")
    filed = dict(Event.objects.filter(kind="licence.filed").values_list("stream_id", "data__digest"))
    roots = trusted(settings.KEYS / TRUST) if rows.filter(file__isnull=False).exclude(series="").exists() else ()
    for row in rows.iterator(chunk_size=AT_ONCE):
        numbered = identifiers.identify(row.identifier, "licence", settings.CLOCK().date()).valid
        expected = identifier(row.type.code, row.office_code, row.number, row.version)
        if not numbered or row.identifier != expected or not (_file_agrees(row, filed, roots) if row.file else True):
            yield str(row.public_id)


def _file_agrees(row: Licence, filed: dict[int, str], roots: tuple[Any, ...]) -> bool:
    """The file is the one that the ledger tells of, whole and sealed; what it says is what the row says."""
    assert row.file is not None
    content = bytes(row.file.content)
    if row.is_foreign:  # its department's own paper: not sealed by the house, nor written in its words
        return row.file.digest == filed.get(row.stream_id) == digest_of(content)
    told = read_metadata(content)
    if row.file.digest != filed.get(row.stream_id) or told is None or not verify_pdf(content, roots).valid:
        return False
    named = all(told.get(key) == value for key, value in layout.of_row(row).items())
    return named and str(told.get("verify", "")).endswith(f"/verify/{layout.grouped(row.verify_code)}")


INVARIANTS = (
    Invariant(1, "licences", "一个决定对一种证照只出一份", True, doubled),
    Invariant(30, "licences", "证照的编号、文件、签章、二维码和数据一致，编号不断号", False, disagreeing),
)
