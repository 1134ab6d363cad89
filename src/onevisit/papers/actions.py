"""Keeping files. A file comes in through `inspection` or is made by `render`; here it is only kept, once."""

from dataclasses import dataclass

from django.conf import settings

from onevisit.ledger import suite
from onevisit.papers import inspection
from onevisit.papers.models import StoredFile


@dataclass(frozen=True, slots=True)
class FileRef:
    """A kept file: where it is, what its bytes are."""

    public_id: str
    digest: str
    size: int
    kind: str


def upload(content: bytes) -> FileRef:
    """What may be kept of an upload, kept; raises `Refused` with what is wrong. Not inside a transaction: it looks first."""
    found = inspection.inspect(content)
    return store(found.content, found.kind)


def store(content: bytes, kind: str) -> FileRef:
    """The kept file with these bytes; equal bytes are kept once. Belongs to the caller's transaction."""
    digest = digest_of(content)
    fresh = StoredFile(digest=digest, kind=kind, size=len(content), content=content, stored_at=settings.CLOCK())
    StoredFile.objects.bulk_create([fresh], ignore_conflicts=True)
    row = StoredFile.objects.only("public_id", "digest", "size", "kind").get(digest=digest)
    return FileRef(str(row.public_id), row.digest, row.size, row.kind)


def digest_of(content: bytes) -> str:
    """The digest by which a file is known: the suite's byte and its hash, in hex."""
    return (bytes((suite.SUITE_BYTE,)) + suite.digest(content)).hex()
