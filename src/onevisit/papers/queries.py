"""Reading kept files. Who may read one, the room that refers to it says; a file's id is no right."""

from dataclasses import dataclass

from onevisit.access import Hidden
from onevisit.papers.models import StoredFile


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept file with its bytes."""

    id: str
    kind: str
    size: int
    digest: str
    content: bytes


def content(public_id: str) -> Kept:
    """The file with this id; raises `Hidden` if there is none."""
    row = StoredFile.objects.filter(public_id=public_id).first()
    if row is None:
        raise Hidden(f"file {public_id}")
    return Kept(str(row.public_id), row.kind, row.size, row.digest, bytes(row.content))
