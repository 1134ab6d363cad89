"""The register (登记册) as it counts: several levels may speak of one word, and whatever any of them forbids is forbidden."""

from typing import Any

from onevisit.catalogue.models import RegisterEntry


def registered(**wanted: Any) -> tuple[RegisterEntry, ...]:
    """One entry for each kind and word, never saved: the city's own words first, then a pack's; all that any of them gives."""
    found: dict[tuple[str, str], RegisterEntry] = {}
    rows = RegisterEntry.objects.filter(**wanted)
    for row in sorted(rows, key=lambda one: (one.kind, one.word, one.pack != RegisterEntry.CITY, one.pack)):
        first = found.setdefault((row.kind, row.word), row)
        if first is not row:
            first.provider = first.provider or row.provider
            first.facts = {**row.facts, **{name: _more(said, row.facts.get(name)) for name, said in first.facts.items()}}
    return tuple(found.values())


def _more(first: Any, other: Any) -> Any:
    """What two levels say together: everything that is given, else the first that says anything."""
    if isinstance(first, list):
        return list(dict.fromkeys([*first, *(other or ())]))
    return first or other or ""
