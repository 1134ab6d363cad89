"""T22: hostile and rare text, wherever one can write, is literal on pages, papers and in messages, and nothing breaks."""

import subprocess
import unicodedata
from html import unescape
from urllib.parse import quote

import pytest
from tests.cases import accounts, ground
from tests.cases.accounts import Somebody
from tests.cases.conftest import city, taxed
from tests.faults.test_cases_rights import undone
from tests.faults.visitor import Fields

from onevisit import reactions
from onevisit.access import SYSTEM
from onevisit.cases import actions, documents, follow, queries
from onevisit.identity import actions as identity
from onevisit.ledger import queries as ledger
from onevisit.ledger.models import Event
from onevisit.licences import actions as licences
from onevisit.licences.models import Licence

__all__ = ["city", "taxed"]

RARE = "𬭎㐱·阿不都"
HOSTILE = (
    "<script>alert(1)</script>", "{{7*7}}{% now 'Y' %}", "=1+1", "＝cmd|' /C calc'!A0", "甲\u202e乙", "丙\u200b丁", RARE,
    "\" onmouseover=\"x", "'; DROP TABLE cases_case;--", "<img src=x onerror=y>&amp;", "戊\x00己", "庚\x1b[31m辛",
)  # fmt: skip


@pytest.fixture
def lin(city: None) -> Somebody:
    return accounts.applicant("lin-ruoxi")


def text(pdf: bytes) -> str:
    shown = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return printed(shown)


def printed(word: str) -> str:
    """What of a word is ink: a paper shows no spaces, controls, or marks of direction."""
    return "".join(sign for sign in word if unicodedata.category(sign)[0] not in "CZ")


def news() -> None:
    for event in list(Event.objects.order_by("pk")):
        for react in reactions.REACTIONS.get(event.kind, ()):
            react(ledger.event(event.pk))


def harmless(page: str) -> None:
    """Nothing of what was typed is markup or was reckoned."""
    for word in ("<script>alert", "<img src=x", '" onmouseover=', "49{%", "{{7*7}}2"):
        assert word not in page


@pytest.mark.parametrize("word", HOSTILE)
def test_what_is_typed_is_literal_on_every_page_and_paper(lin: Somebody, word: str) -> None:
    draft = ground.a_draft(lin.actor, remark=f"备注{word}").id
    for page in (1, 2, 3):
        shown = lin.http.get(f"/cases/{draft}/fill/{page}")
        if shown.status_code == 200 and "goods" in Fields(shown.content.decode()).held:
            held = Fields(shown.content.decode()).held
            sent = lin.http.post(f"/cases/{draft}/fill/{page}", {**held, "goods": f"卖{word}"})
            break
    assert sent.status_code in (302, 422), sent.content.decode()
    again = lin.http.get(f"/cases/{draft}/fill/{page}").content.decode()
    harmless(again)
    assert Fields(again).held["goods"] == f"卖{word}"
    checked = lin.http.get(f"/cases/{draft}/check").content.decode()
    harmless(checked)
    assert f"卖{word}" in unescape(checked)
    if sent.status_code == 422:
        return  # it can't be filed, and the page says why
    lin.http.post(f"/cases/{draft}/file", {"key": "k"})
    follow.follow(draft)
    granted(draft, f"看过{word}")
    news()
    shown = lin.http.get(f"/cases/{draft}").content.decode()
    harmless(shown)
    assert f"看过{word}" in unescape(shown)
    harmless(lin.http.get("/messages").content.decode())
    assert printed(f"看过{word}") in text(documents.paper(lin.actor, draft, "decision"))
    permit = text(licences.file_of(lin.actor, str(Licence.objects.get().public_id)))
    assert printed(f"卖{word}") in permit


def granted(case: str, opinion: str) -> None:
    chief = accounts.officer("wu-min", "chief")
    assert chief.http.post(f"/workbench/cases/{case}/take").status_code == 302
    harmless(chief.http.get(f"/workbench/cases/{case}").content.decode())
    signed = chief.http.post(f"/workbench/cases/{case}/decide", {"act": "grant", "opinion": opinion})
    assert signed.status_code == 302, signed.content.decode()
    follow.follow(case)
    assert queries.case(SYSTEM, case).stage == "concluded"


def test_a_file_s_name_is_data(lin: Somebody) -> None:
    draft = actions.start(lin.actor, "stall", ground.NEAR, {"food": "no"}).id
    for word in (*HOSTILE, "../../etc/passwd", "a" * 400, "x.html\r\nSet-Cookie: a=b", ""):
        ground.a_paper(lin.actor, draft, "photo", f"{word}.jpg")
    page = lin.http.get(f"/cases/{draft}/papers").content.decode()
    harmless(page)
    for attached in queries.contents(lin.actor, draft).attachments:
        answer = lin.http.get(f"/cases/{draft}/files/{attached.id}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "\n" not in answer.headers["Content-Disposition"]
        assert "Set-Cookie: a" not in str(answer.headers)


@pytest.mark.parametrize("word", [*HOSTILE, "%00", "x" * 1_000_000])
def test_what_is_asked_breaks_nothing(lin: Somebody, word: str) -> None:
    asked = [
        ("/search", {"q": word}), ("/verify", {"code": word}), ("/items/stall", {"division": word}), ("/me", {"x": word}),
        ("/items/stall/check", {"q.food": word}), ("/login", {"next": word}), ("/items/stall/start", {"division": word}),
        *((f"/{room}/{quote(word[:300])}", {}) for room in ("items", "verify", "themes", "cases")),
    ]  # fmt: skip
    for path, given in asked:
        with undone(lin):
            answer = lin.http.get(path, given)
            assert answer.status_code < 500, path
            harmless(answer.content.decode())
    with undone(lin):
        lin.http.cookies["place"] = quote(word)[:3000]
        assert lin.http.get("/").status_code == 200


def test_a_megabyte_is_kept_and_told_and_more_is_refused(lin: Somebody) -> None:
    draft = ground.a_draft(lin.actor).id
    held = {"version": str(queries.case(lin.actor, draft).version), "goods": "长" * 350_000}
    sent = lin.http.post(f"/cases/{draft}/fill/2", held)
    assert sent.status_code == 422
    assert "最多200个字" in sent.content.decode()
    assert lin.http.post(f"/cases/{draft}/fill/2", {"goods": "长" * 1_000_000}).status_code in (400, 413)


def test_a_rare_name_is_kept_on_every_paper(city: None) -> None:
    who = ground.replace(
        ground.person(), person=identity.people.recorded_person(identity.NewPerson(RARE, "340300199111099054", demo=True))
    )
    case = ground.a_followed(who).id
    chief = ground.officer()
    actions.take(chief, case)
    ground.granted(ground.holding(chief), case)
    news()
    assert printed(RARE) in text(documents.paper(who, case, "receipt"))
    assert printed(RARE) in text(licences.file_of(who, str(Licence.objects.get().public_id)))


def test_an_objection_is_literal_at_the_desk(taxed: None, lin: Somebody) -> None:
    view = actions.start(
        lin.actor, "deed-tax", ground.NEAR, {"act": "purchase", "object": "home", "buyer": "person", "special": "no"}
    )
    actions.save(lin.actor, view.id, {"phone": "15400000005"})
    actions.put_fetched(lin.actor, view.id, ground.fetched({"area": "118.50", "address": HOSTILE[0]}))
    lin.http.post(f"/cases/{view.id}/dispute/area", {"reason": "".join(HOSTILE)})
    assert queries.contents(lin.actor, view.id).values["area"]["objection"] == "".join(HOSTILE).strip()
    actions.file(lin.actor, view.id)
    actions.accept(SYSTEM, view.id)
    actions.finish(SYSTEM, view.id, "verify", {})
    follow.follow(view.id)
    chief = accounts.officer("wu-min", "chief", "tax")
    chief.http.post(f"/workbench/cases/{view.id}/take")
    page = chief.http.get(f"/workbench/cases/{view.id}")
    assert page.status_code == 200
    harmless(page.content.decode())
    assert HOSTILE[0] in unescape(page.content.decode())
