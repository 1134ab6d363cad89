"""T23 for the workbench: every address of the staff, for everybody; nothing of a case is read or done without the duty."""

import pytest
from django.urls import URLPattern
from tests.faults.test_cases_rights import WHO, Row, World, city, status, undone, world

from onevisit.channels.workbench.urls import urlpatterns

__all__ = ["city", "world"]

GRANT = {"act": "grant", "opinion": "属实。"}
LEAVE = "00000000-0000-4000-8000-000000000000"
ROWS: tuple[Row, ...] = (
    # the way in                                          nobody owner other holder colleague far reviewer editor
    Row("work-login", "GET", "/workbench/login", "        200 200 200 200 200 200 200 200"),
    Row("work-alive", "GET", "/workbench/alive", "        401 204 204 204 204 204 204 204"),
    # lists
    Row("work", "GET", "/workbench/", "302 403 403 200 200 200 200 403"),
    Row("colleagues", "GET", "/workbench/colleagues", "302 403 403 200 200 200 200 403"),
    Row("colleagues", "POST", "/workbench/colleagues", "200 403 403 422 422 422 422 403"),
    Row("absence-end", "POST", f"/workbench/colleagues/{LEAVE}/end", "200 403 403 404 404 404 404 404"),
    Row("refunds", "GET", "/workbench/refunds", "302 403 403 200 200 200 200 200"),
    Row("refund", "POST", f"/workbench/refunds/{LEAVE}", "200 403 403 422 422 422 422 422"),
    Row("results", "GET", "/workbench/results", "302 403 403 200 200 200 200 200"),
    Row("together", "POST", "/workbench/together", "200 403 403 200 200 200 200 200"),
    Row("together-accept", "POST", "/workbench/together/accept", "200 403 403 404 404 404 404 404", {"case": LEAVE}),
    Row("reminder-seen", "POST", f"/workbench/reminders/{LEAVE}", "200 403 403 404 404 404 404 404"),
    Row("together-undo", "POST", "/workbench/together/undo", "200 403 403 409 409 409 409 409"),
    # a case: its chiefs know of it, the one who holds it acts
    Row("work-case", "GET", "/workbench/cases/{taken}", "302 403 403 200 200 404 404 403"),
    Row("work-case", "GET", "/workbench/cases/{draft}", "302 403 403 404 404 404 404 403"),
    Row("work-take", "POST", "/workbench/cases/{waiting}/take", "200 403 403 302 302 404 302 403"),
    Row("work-take", "POST", "/workbench/cases/{taken}/take", "200 403 403 302 409 404 409 403"),
    Row("work-back", "POST", "/workbench/cases/{taken}/back", "200 403 403 302 409 404 409 403"),
    Row("work-decide", "GET", "/workbench/cases/{taken}/decide", "302 403 403 200 409 404 404 403"),
    Row("work-decide", "POST", "/workbench/cases/{taken}/decide", "200 403 403 302 409 404 404 403", GRANT),
    Row("work-ask", "GET", "/workbench/cases/{taken}/ask", "302 403 403 200 409 404 404 403"),
    Row("work-ask", "POST", "/workbench/cases/{taken}/ask", "200 403 403 422 409 404 404 403"),
    Row("work-notify", "GET", "/workbench/cases/{taken}/notify", "302 403 403 200 409 404 404 403"),
    Row("work-do", "GET", "/workbench/cases/{taken}/do/extend", "302 403 403 200 200 404 404 403"),
    Row("work-do", "POST", "/workbench/cases/{taken}/do/extend", "200 403 403 422 422 404 404 403"),
    Row("work-do", "GET", "/workbench/cases/{taken}/do/accept", "302 403 403 404 404 404 404 403"),
    Row("work-attachment", "GET", "/workbench/cases/{taken}/files/{taken_file}", "302 403 403 200 409 404 404 403"),
    Row("work-attachment", "GET", "/workbench/cases/{waiting}/files/{taken_file}", "302 403 403 409 409 404 404 403"),
    Row("work-paper", "GET", "/workbench/cases/{taken}/papers/accepted.pdf", "302 403 403 200 404 404 404 403"),
)


def test_every_address_has_its_row() -> None:
    assert {row.name for row in ROWS} == {one.name for one in urlpatterns if isinstance(one, URLPattern)}


@pytest.mark.parametrize("part", range(2))
def test_who_gets_what(world: World, part: int) -> None:
    wrong = []
    for row in ROWS[part::2]:
        for who, expected in zip(WHO, row.expected.split(), strict=True):
            with undone(world.who[who]):
                got = status(world.who[who], row, world.names)
            if got != int(expected):
                wrong.append(f"{row.method} {row.path} as {who}: {got}, not {expected}")
    assert wrong == [], "\n".join(wrong)
