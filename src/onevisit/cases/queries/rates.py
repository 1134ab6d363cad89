"""Figures that cases give (FIGURES 2, 3a, 3b), over the last twelve months; every one is recounted from rows and events.

A stay is one person, one site, one day. A case took as many as whoever of its people came most often, as the account of visits
(跑腿账) says too: the promise is made to each of them.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count

from onevisit.cases.models import Case
from onevisit.catalogue.published import Rate
from onevisit.core import stages

YEAR = timedelta(days=365)
AS_RULED = "办结的、没有要求补正的办件里，从收件到拿到结果到场不超过一次的，除以办结的、没有要求补正的全部办件"
IN_TRUTH = (
    "从第一次到窗口到拿到结果，到场一共不超过一次的事，除以办完的全部事；准予、不予、撤回、失效都算，30天以内重新申报的算同一件事"
)
STAYS = """stays AS (
    SELECT {what} AS of, came.data->>'whose' AS whose, count(DISTINCT came.data->>'stay') AS times
    FROM ended JOIN ledger_event AS came ON came.stream_id = ended.stream_id AND came.kind = 'visit.recorded' {since}
    GROUP BY 1, 2
), often AS (SELECT of, max(times) AS times FROM stays GROUP BY of)
SELECT count(DISTINCT {what}), count(DISTINCT {what}) FILTER (WHERE coalesce(often.times, 0) <= 1)
FROM ended LEFT JOIN often ON often.of = {what}"""
CONCLUDED = """WITH ended AS (
    SELECT id, stream_id, received_at FROM cases_case
    WHERE stage = 'concluded' AND NOT test AND concluded_at >= %(since)s
      AND NOT EXISTS (SELECT 1 FROM cases_defect WHERE cases_defect.case_id = cases_case.id)
), """ + STAYS.format(what="ended.id", since="AND (came.data->>'day')::date >= (ended.received_at AT TIME ZONE %(zone)s)::date")
AFFAIRS = """WITH ended AS (
    SELECT affair, stream_id FROM cases_case
    WHERE NOT test AND number IS NOT NULL AND affair IN (
        SELECT affair FROM cases_case WHERE NOT test AND number IS NOT NULL
        GROUP BY affair HAVING bool_and(stage = ANY(%(ends)s)) AND max(updated_at) >= %(since)s
    )
), """ + STAYS.format(what="ended.affair", since="")


def accepted() -> Mapping[tuple[str, str], int]:
    """How many cases of each item (key, level) were accepted in the last twelve months; an item without one is not there."""
    rows = Case.objects.filter(accepted_at__gte=settings.CLOCK() - YEAR, test=False)
    counted = rows.values_list("item_key", "standard__level").annotate(times=Count("pk"))
    return {(key, level): times for key, level, times in counted}


def rates() -> tuple[Rate, ...]:
    """The share of cases (规定口径) and of affairs (真实率) that took one stay at most; an affair that goes on is in none."""
    return Rate("规定口径的最多跑一次率", *_counted(CONCLUDED), AS_RULED), Rate(
        "真实的最多跑一次率", *_counted(AFFAIRS), IN_TRUTH
    )


def _counted(query: str) -> tuple[int, int]:
    """How many of how many."""
    given: dict[str, Any] = {"since": settings.CLOCK() - YEAR, "zone": settings.TIME_ZONE, "ends": list(stages.ENDS)}
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        whole, part = cursor.fetchone()
    return part, whole
