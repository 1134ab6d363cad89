"""What must hold of papers that are served (invariant 30, for their numbers)."""

from collections.abc import Iterator

from onevisit.ledger.invariants import Invariant, offending

GAPS = """
SELECT w.series FROM notices_writ w LEFT JOIN ledger_counter c ON c.series = w.series
GROUP BY w.series, c.last
HAVING count(*) <> max(w.serial) OR min(w.serial) <> 1 OR max(w.serial) IS DISTINCT FROM c.last
"""
UNUSED = """
SELECT c.series FROM ledger_counter c
WHERE c.series LIKE 'paper/%%' AND NOT EXISTS (SELECT 1 FROM notices_writ w WHERE w.series = c.series)
"""
LOOSE = """
SELECT w.number FROM notices_writ w
WHERE NOT EXISTS (SELECT 1 FROM notices_notice n WHERE n.writ_id = w.id AND n."case" = w."case" AND n.kind = w.kind)
"""


def numbers_off() -> Iterator[str]:
    """Series of papers with gaps; numbers that no paper bears."""
    yield from offending(GAPS)
    yield from offending(UNUSED)
    yield from offending(LOOSE)


INVARIANTS = (Invariant(30, "notices", "文书编号按单位、种类和年份连续，每个编号都有文书", True, numbers_off),)
