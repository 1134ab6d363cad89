"""What must hold of visits and windows in any living database: SECURITY section 4, row 13, and 18 as far as there are tickets.

A visit is with one window at a time, a window with one visitor and who came with him; a clerk holds their matters no longer
than that.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from onevisit.access import SYSTEM
from onevisit.cases import queries as cases
from onevisit.cases.models import Case
from onevisit.halls.models import Presence
from onevisit.ledger.invariants import Invariant, offending

LEFT_OPEN = timedelta(days=1)
"""How long after its day a visit may still be open until the job has shut it."""

UNRECORDED = """
WITH present AS (
    SELECT DISTINCT p."case", s.public_id::text AS stay, p.whose::text AS whose, s.day::text AS day, h.public_id::text AS hall
    FROM halls_presence p JOIN halls_stay s ON s.id = p.stay_id JOIN city_hall h ON h.id = s.hall_id
), told AS (
    SELECT c.public_id AS "case", e.data ->> 'stay' AS stay, e.data ->> 'whose' AS whose, e.data ->> 'day' AS day,
        e.data ->> 'hall' AS hall
    FROM ledger_event e JOIN cases_case c ON c.stream_id = e.stream_id WHERE e.kind = 'visit.recorded'
)
SELECT 'case ' || coalesce(present."case", told."case") || ': its events and the windows differ' FROM present
FULL JOIN told ON told."case" = present."case" AND told.stay = present.stay AND told.whose = present.whose
    AND told.day = present.day AND told.hall = present.hall
WHERE present.stay IS NULL OR told.stay IS NULL
"""
TWICE = """
SELECT 'case ' || c.public_id || ' counts a stay twice' FROM ledger_event e JOIN cases_case c ON c.stream_id = e.stream_id
WHERE e.kind = 'visit.recorded' GROUP BY c.public_id, e.data ->> 'stay' HAVING count(*) > 1
"""
UNMERGED = """
SELECT 'stay of ' || person || ' on ' || day || ' is not merged' FROM halls_stay
GROUP BY hall_id, person, day HAVING count(*) > 1 + count(*) FILTER (WHERE forced <> '')
"""
OTHER_STAY = """
SELECT 'visit ' || v.public_id || ' is not of its stay' FROM halls_visit v JOIN halls_stay s ON s.id = v.stay_id
JOIN halls_window w ON w.id = v.window_id
WHERE (v.since AT TIME ZONE 'Asia/Shanghai')::date <> s.day OR w.hall_id <> s.hall_id
UNION ALL SELECT 'presence ' || p.id || ' is not of its visit' FROM halls_presence p JOIN halls_visit v ON v.id = p.visit_id
WHERE p.stay_id <> v.stay_id OR p.at < v.since OR p.at > v.until
"""
OVERLAP = """
SELECT 'visits ' || a.public_id || ' and ' || b.public_id || ' overlap' FROM halls_visit a JOIN halls_stay r ON r.id = a.stay_id
JOIN halls_visit b ON b.id > a.id JOIN halls_stay s ON s.id = b.stay_id
WHERE (a.window_id = b.window_id AND coalesce(a.beside_id, a.id) <> coalesce(b.beside_id, b.id) OR r.person = s.person)
AND a.since < coalesce(b.until, 'infinity') AND b.since < coalesce(a.until, 'infinity')
"""
BACKWARD = "SELECT 'visit ' || public_id || ' ended before it began' FROM halls_visit WHERE until < since"
UNATTENDED = """
SELECT 'visit ' || v.public_id || ' is open at a window where its clerk does not sit' FROM halls_visit v
JOIN halls_window w ON w.id = v.window_id WHERE v.until IS NULL AND w.clerk IS DISTINCT FROM v.recorded_by
"""
ASTRAY = """
SELECT 'visit ' || a.public_id || ' is not beside the one it names' FROM halls_visit a JOIN halls_visit b ON b.id = a.beside_id
WHERE b.beside_id IS NOT NULL OR a.window_id <> b.window_id OR a.recorded_by <> b.recorded_by OR a.since < b.since
OR coalesce(a.until, 'infinity') > coalesce(b.until, 'infinity')
"""
FORGOTTEN = """
SELECT 'visit ' || v.public_id || ' is open since ' || s.day FROM halls_visit v JOIN halls_stay s ON s.id = v.stay_id
WHERE v.until IS NULL AND s.day < %s
"""
STILL_HELD = """
SELECT 'account ' || h.holder || ' holds ' || h.target || ' after the visit' FROM identity_holding h
LEFT JOIN halls_visit v ON h.why = 'visit/' || replace(v.public_id::text, '-', '')
WHERE h.why LIKE 'visit/%%' AND (v.id IS NULL OR h.holder <> v.recorded_by OR h.until IS NULL
    OR (v.until IS NOT NULL AND h.ended_at IS NULL))
"""


def counts() -> Iterator[str]:
    """Cases whose visits are not the stays that the windows recorded, each once, or are above the promise without a reason."""
    for sql in (UNRECORDED, TWICE, UNMERGED, OTHER_STAY):
        yield from offending(sql)
    touched = Presence.objects.order_by("case").values_list("case", flat=True).distinct()
    for case in Case.objects.filter(public_id__in=touched).iterator(chunk_size=500):
        yield from _miscounted(case)


def _miscounted(case: Case) -> Iterator[str]:
    """The account of visits recounted from the windows' rows; whatever lies above the promise has its reason."""
    account = cases.account(SYSTEM, str(case.public_id))
    made: Counter[str] = Counter()
    seen: set[int] = set()
    for one in Presence.objects.filter(case=case.public_id).order_by("at", "pk"):
        if one.stay_id in seen:
            continue
        seen.add(one.stay_id)
        made[str(one.whose)] += 1
        if made[str(one.whose)] > account.promised and not one.reason:
            yield f"case {case.public_id}: a visit above the promise has no reason"
    if max(made.values(), default=0) != account.made:
        yield f"case {case.public_id}: its account does not recount"


def served() -> Iterator[str]:
    """Visits at two windows or of two people at once, ended before they began, forgotten; clerks who hold matters too long."""
    for sql in (OVERLAP, BACKWARD, UNATTENDED, ASTRAY, STILL_HELD):
        yield from offending(sql)
    yield from offending(FORGOTTEN, settings.CLOCK().astimezone(settings.ZONE).date() - LEFT_OPEN)


INVARIANTS = (
    Invariant(13, "halls", "到场次数等于窗口记下的到场，同日同地只计一次，超出承诺的都有原因", False, counts),
    Invariant(18, "halls", "一个人一时只在一个窗口，接待有始有终，离开后窗口不再持有他的事", True, served),
)
