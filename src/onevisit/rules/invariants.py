"""What must hold of rules in any living database: SECURITY section 4, row 33."""

from collections.abc import Iterator, Sequence

from onevisit.identity.personal import Envelope, PersonalJSON, data_keys
from onevisit.ledger.invariants import Invariant
from onevisit.rules import queries
from onevisit.rules.models import Run

CHUNK = 500


def differing_runs() -> Iterator[str]:
    """Runs that the same version, told the same, would end otherwise today. What was erased with its case can't be replayed."""
    rows = Run.objects.filter(stopped=False).select_related("rule_set").defer("trace").order_by("pk").iterator(chunk_size=CHUNK)
    chunk: list[Run] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield from _differing(chunk)
            chunk = []
    yield from _differing(chunk)


def _differing(rows: Sequence[Run]) -> Iterator[str]:
    sealed = Run._meta.get_field("facts")
    if not isinstance(sealed, PersonalJSON):
        raise TypeError("the facts of a run are personal")
    secrets = data_keys(row.owner_key for row in rows)
    for row in rows:
        if row.owner_key not in secrets:
            continue
        told = sealed.opened(row, Envelope(vars(row)[sealed.attname]), secrets[row.owner_key])
        difference = queries.difference(row, told)
        if difference:
            yield f"run {row.public_id}: {difference}"


INVARIANTS = (Invariant(33, "rules", "每次规则运行重演，结论相同", False, differing_runs),)
