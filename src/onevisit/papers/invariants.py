"""What must hold of kept files (invariant 29). No scanner is connected yet, so no scan is owed before one is served."""

from collections.abc import Iterator

from onevisit.ledger import suite
from onevisit.ledger.invariants import Invariant, offending
from onevisit.papers.models import StoredFile

AT_ONCE = 20
"""Files in memory at a time: 20 of at most 20 MB."""


def false_files() -> Iterator[str]:
    """Files whose size or digest is not that of their bytes, or whose digest names no known suite."""
    yield from offending("SELECT public_id FROM papers_storedfile WHERE size <> octet_length(content)")
    for row in StoredFile.objects.only("public_id", "digest", "content").iterator(chunk_size=AT_ONCE):
        said = bytes.fromhex(row.digest)
        known = suite.BY_BYTE.get(said[0])
        if known is None or said[1:] != known.digest(bytes(row.content)):
            yield str(row.public_id)


INVARIANTS = (Invariant(29, "papers", "每个文件的大小和摘要都与内容相符", False, false_files),)
