"""T23: every address of the portal, for everybody: another's is as none (404), without the duty one is told who may (403)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from PIL import Image
from tests.cases import accounts, ground
from tests.cases.accounts import Somebody
from tests.cases.conftest import city

from onevisit import reactions
from onevisit.cases import actions, queries
from onevisit.catalogue import actions as catalogue
from onevisit.channels.portal.urls import urlpatterns
from onevisit.ledger import queries as ledger
from onevisit.ledger.models import Event
from onevisit.licences.models import Licence
from onevisit.notices.models import Notice

__all__ = ["city"]

WHO = ("nobody", "owner", "other", "holder", "colleague", "far", "reviewer", "editor")
"""Not logged in; whose case it is; another applicant; the chief who has it in hand; a chief of his office, one of another county;
a reviewer of the office; an officer whose role knows no cases."""
PUBLIC = "public"


@dataclass(frozen=True)
class Row:
    """One request and the status that each of WHO gets; PUBLIC addresses are open to all."""

    name: str
    method: str
    path: str
    expected: str
    data: dict[str, Any] = field(default_factory=dict)


ROWS = (
    Row("home", "GET", "/", PUBLIC),
    Row("search", "GET", "/search?q=摆摊", PUBLIC),
    Row("theme", "GET", "/themes/企业开办", PUBLIC),
    Row("lists", "GET", "/lists", PUBLIC),
    Row("list", "GET", "/lists/zero", PUBLIC),
    Row("list-csv", "GET", "/lists/zero.csv", PUBLIC),
    Row("list-xlsx", "GET", "/lists/zero.xlsx", PUBLIC),
    Row("list-pdf", "GET", "/lists/zero.pdf", PUBLIC),
    Row("list-json", "GET", "/lists/zero.json", PUBLIC),
    Row("proof-list", "GET", "/lists/cancelled-proofs", PUBLIC),
    Row("proof-list-file", "GET", "/lists/cancelled-proofs.csv", PUBLIC),
    Row("proof-list-json", "GET", "/lists/cancelled-proofs.json", PUBLIC),
    Row("place", "GET", "/place", PUBLIC),
    Row("place", "POST", "/place", "302"),
    Row("look", "POST", "/look", "302"),
    Row("guide", "GET", "/items/stall{here}", PUBLIC),
    Row("guide-pdf", "GET", "/items/stall/guide.pdf{here}", PUBLIC),
    Row("blank-form", "GET", "/items/stall/form.pdf{here}", PUBLIC),
    Row("filled-sample", "GET", "/items/stall/sample.pdf{here}", PUBLIC),
    Row("blank-form-word", "GET", "/items/stall/form.docx{here}", PUBLIC),
    Row("filled-sample-word", "GET", "/items/stall/sample.docx{here}", PUBLIC),
    Row("attached", "GET", "/items/stall/papers/permit.html{here}", PUBLIC),
    Row("attached-word", "GET", "/items/stall/papers/permit.html.docx{here}", PUBLIC),
    Row("speech", "GET", "/items/stall/speech.txt{here}", PUBLIC),
    Row("remark", "GET", "/items/stall/remark{here}", PUBLIC),
    Row("remark", "POST", "/items/stall/remark{here}", "302", {"said": "电话换了，打不通"}),
    Row("remark-made", "GET", "/items/stall/remark/{remark}", PUBLIC),
    Row("check-first", "GET", "/items/stall/check{here}", PUBLIC),
    Row("login", "GET", "/login", PUBLIC),
    Row("back", "GET", "/back", PUBLIC),
    Row("verify", "GET", "/verify", PUBLIC),
    Row("verify-code", "GET", "/verify/{code}", PUBLIC),
    Row("verify-qr", "GET", "/verify/{code}/qr.svg", PUBLIC),
    Row("confirm", "GET", "/confirm", PUBLIC),
    Row("logout", "POST", "/logout", "302"),
    Row("payment-callback", "POST", "/payments/callback", "409"),
    Row("delivery-callback", "POST", "/deliveries/callback", "409"),
    Row("department-callback", "POST", "/departments/callback", "409"),
    # one's own account                                   nobody owner other holder colleague far reviewer editor
    Row("confirm", "POST", "/confirm", "                  404 302 302 302 302 302 302 302"),
    Row("me", "GET", "/me", "                             302 200 200 200 200 200 200 200"),
    Row("readings", "GET", "/me/readings", "              302 200 200 404 404 404 403 403"),
    Row("messages", "GET", "/messages", "                 302 200 200 404 404 404 404 403"),
    Row("messages-read", "POST", "/messages/read", "      200 302 302 404 404 404 404 403"),
    Row("message", "POST", "/messages/{message}", "       200 302 404 404 404 404 404 403"),
    Row("licences", "GET", "/licences", "                 302 200 200 403 403 403 403 403"),
    Row("licence-pdf", "GET", "/licences/{licence}.pdf", "302 200 404 403 403 403 403 403"),
    Row("cases", "GET", "/cases", "                       302 200 200 200 200 200 200 200"),
    Row("own-form", "GET", "/items/stall/my-form.pdf{here}", "302 200 200 200 200 200 200 200"),
    Row("own-form-word", "GET", "/items/stall/my-form.docx{here}", "302 200 200 200 200 200 200 200"),
    # a draft is before no office
    Row("start", "GET", "/items/stall/start{here}", "     302 200 200 200 200 200 200 200"),
    Row("start", "POST", "/items/stall/start{here}", "    200 200 302 403 403 403 403 403"),
    Row("tasks", "GET", "/cases/{draft}/tasks", "         302 200 404 404 404 404 404 403"),
    Row("fill", "GET", "/cases/{draft}/fill/1", "         302 200 404 404 404 404 404 403"),
    Row("fill", "POST", "/cases/{draft}/fill/1", "        200 422 404 404 404 404 404 403"),
    Row("autosave", "POST", "/cases/{draft}/save/1", "    401 200 404 404 404 404 404 403"),
    Row("papers", "GET", "/cases/{draft}/papers", "       302 200 404 404 404 404 404 403"),
    Row("papers", "POST", "/cases/{draft}/papers", "      200 302 404 404 404 404 404 403", {"material-photo": "a file"}),
    Row("paper-remove", "POST", "/cases/{draft}/papers/{draft_file}/remove", "200 302 404 403 403 403 403 403"),
    Row("dispute", "GET", "/cases/{draft}/dispute/goods", "302 404 404 404 404 404 404 403"),
    Row("check", "GET", "/cases/{draft}/check", "         302 200 404 404 404 404 404 403"),
    Row("delivery", "GET", "/cases/{draft}/delivery", "   302 302 404 404 404 404 404 403"),
    Row("delivery-save", "POST", "/cases/{draft}/delivery/save", "401 200 404 404 404 404 404 403", {"delivery": "pickup"}),
    Row("file", "POST", "/cases/{draft}/file", "          200 302 404 404 404 404 404 403"),
    # a filed case: the chiefs of its office know of it, the one who holds it acts, its papers need a reason
    Row("case", "GET", "/cases/{waiting}", "              302 200 404 404 404 404 404 403"),
    Row("receipt", "GET", "/cases/{waiting}/receipt", "   302 200 404 200 200 404 404 403"),
    Row("receipt-pdf", "GET", "/cases/{waiting}/receipt.pdf", "302 200 404 404 404 404 404 403"),
    Row("decision-pdf", "GET", "/cases/{done}/decision.pdf", "302 200 404 404 404 404 404 403"),
    Row("paper-pdf", "GET", "/cases/{taken}/papers/accepted.pdf", "302 200 404 200 404 404 404 403"),
    Row("attachment", "GET", "/cases/{taken}/files/{taken_file}", "302 200 404 200 409 404 404 403"),
    Row("attachment", "GET", "/cases/{waiting}/files/{taken_file}", "302 404 404 409 409 404 404 403"),
    Row("mend", "GET", "/cases/{waiting}/mend", "         302 302 404 409 409 404 404 403"),
    Row("mend", "POST", "/cases/{waiting}/mend", "        200 302 404 409 409 404 404 403"),
    Row("part", "GET", "/cases/{waiting}/part/submit", "  302 302 404 302 302 404 404 403"),
    Row("part", "POST", "/cases/{waiting}/part/submit", " 200 302 404 302 302 404 404 403"),
    Row("invitation", "GET", "/parties/{message}", "      302 404 404 404 404 404 404 404"),
    Row("invitation", "POST", "/parties/{message}", "     200 404 404 404 404 404 404 404"),
    Row("withdraw", "GET", "/cases/{waiting}/withdraw", " 302 200 404 200 200 404 404 403"),
    Row("withdraw", "POST", "/cases/{waiting}/withdraw", "200 302 404 403 403 404 404 403"),
    Row("delivery", "GET", "/cases/{waiting}/delivery", " 302 200 404 409 409 404 404 403"),
    Row("delivery", "POST", "/cases/{waiting}/delivery", "200 302 404 409 409 404 404 403", {"delivery": "pickup"}),
    Row("pay", "GET", "/cases/{owing}/pay", "             302 200 404 403 403 404 404 403"),
    Row("pay-start", "POST", "/cases/{owing}/pay/start", "200 302 404 403 403 403 403 403"),
    Row("pay-done", "GET", "/cases/{owing}/pay/done", "   302 302 404 403 403 403 403 403"),
)


@dataclass(frozen=True)
class World:
    """The people, and what stands in the paths."""

    who: dict[str, Somebody]
    names: dict[str, str]


@pytest.fixture
def world(city: None) -> World:
    lin, holder = accounts.applicant("lin-ruoxi"), accounts.officer("wu-min", "chief")
    who = {
        "nobody": accounts.nobody(), "owner": lin, "other": accounts.applicant("zhang-xiaoyue"), "holder": holder,
        "colleague": accounts.officer("zheng-weidong", "chief"),
        "far": accounts.officer("feng-jing", "chief", division=ground.FAR),
        "reviewer": accounts.officer("zhou-haifeng", "reviewer"), "editor": accounts.officer("chen-xi", "editor"),
    }  # fmt: skip
    foods = {"owing": "yes", "done": "no", "taken": "no", "waiting": "no"}
    cases = {name: ground.a_followed(lin.actor, food).id for name, food in foods.items()}
    for name in ("owing", "done", "taken"):
        actions.take(holder.actor, cases[name])
    ground.granted(holder.actor, cases["owing"])
    ground.granted(holder.actor, cases["done"])
    cases["draft"] = ground.a_draft(lin.actor).id
    for event in list(Event.objects.order_by("pk")):
        for react in reactions.REACTIONS.get(event.kind, ()):
            react(ledger.event(event.pk))
    licence, notice = Licence.objects.get(), Notice.objects.filter(case=cases["waiting"]).first()
    assert notice is not None
    files = {f"{name}_file": queries.contents(lin.actor, cases[name]).attachments[0].id for name in ("draft", "taken")}
    more = {"licence": str(licence.public_id), "code": licence.verify_code, "message": str(notice.public_id)}
    remark = {"remark": catalogue.remark(lin.actor, "stall", ground.NEAR, "", "电话换了，打不通")}
    return World(who, {**cases, **files, **more, **remark, "here": f"?division={ground.NEAR}"})


@contextmanager
def undone(who: Somebody) -> Iterator[None]:
    """Nothing that happens inside lasts, nor what becomes of the session."""
    kept = dict(who.http.cookies)
    trial = transaction.atomic()
    trial._from_testcase = True  # type: ignore[attr-defined] # what must be outermost may stand in here, as in the tests of Django
    with trial:
        yield
        transaction.set_rollback(True)
    who.http.cookies.clear()
    who.http.cookies.update(kept)


def status(who: Somebody, row: Row, names: dict[str, str]) -> int:
    path = row.path.format(**names)
    if row.method == "GET":
        return int(who.http.get(path).status_code)
    sent = {name: SimpleUploadedFile("摊位.png", picture()) if value == "a file" else value for name, value in row.data.items()}
    return int(who.http.post(path, sent).status_code)


def picture() -> bytes:
    """The smallest picture that is one."""
    made = BytesIO()
    Image.new("RGB", (8, 8)).save(made, "PNG")
    return made.getvalue()


def test_every_address_has_its_row() -> None:
    assert {row.name for row in ROWS} == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("part", range(4))
def test_who_gets_what(world: World, part: int) -> None:
    wrong = []
    for row in ROWS[part::4]:
        every = [200] * 8 if row.expected == PUBLIC else [int(one) for one in row.expected.split()]
        expected = dict(zip(WHO, every if len(every) == len(WHO) else every * len(WHO), strict=True))
        asking = ("nobody", "owner", "editor") if len(set(every)) == 1 else WHO
        for who in asking:
            with undone(world.who[who]):
                got = status(world.who[who], row, world.names)
            if got != expected[who]:
                wrong.append(f"{row.method} {row.path} as {who}: {got}, not {expected[who]}")
    assert wrong == []


def test_a_form_without_its_token_does_nothing(world: World) -> None:
    """H4."""
    from_elsewhere = Client(enforce_csrf_checks=True)
    from_elsewhere.cookies.update(dict(world.who["owner"].http.cookies))
    for row in ROWS:
        if row.method == "POST" and not row.name.endswith("-callback"):
            answer = from_elsewhere.post(row.path.format(**world.names), row.data)
            assert answer.status_code == 403, row.path
    assert queries.case(world.who["owner"].actor, world.names["draft"]).stage == "draft"


def test_a_get_changes_nothing(world: World) -> None:
    before = _events()
    for row in ROWS:
        if row.method == "GET" and row.name not in ("pay-done", "licence-pdf", "receipt-pdf", "decision-pdf", "paper-pdf"):
            world.who["owner"].http.get(row.path.format(**world.names))
    assert _events() == before


def _events() -> int:
    return Event.objects.exclude(kind="account.entered").count()


def test_stage_and_amount_are_not_set_by_a_form(world: World) -> None:
    """H4: a field that the page does not show changes nothing."""
    owner, draft = world.who["owner"], world.names["draft"]
    sent = {"stage": "concluded", "payable": "0.00", "outcome": "grant", "number": "1", "applicant": "x", "goods": "草帽"}
    owner.http.post(f"/cases/{draft}/fill/1", sent)
    owner.http.post(f"/cases/{draft}/save/2", {**sent, "material-photo": world.names["taken_file"]})
    kept = queries.contents(owner.actor, draft).values
    assert not {"stage", "payable", "outcome", "number", "applicant", "material-photo"} & kept.keys()
    assert ground.row(draft).stage == "draft"


def test_a_right_that_ends_in_between_counts_at_once(world: World) -> None:
    holder, taken = world.who["holder"], world.names["taken"]
    assert holder.http.get(f"/workbench/cases/{taken}").status_code == 200
    accounts.end(holder)
    assert holder.http.get(f"/workbench/cases/{taken}").status_code in (302, 403)
    holder.http.post(f"/workbench/cases/{taken}/decide", {"act": "grant", "opinion": "属实。"})
    assert ground.row(taken).stage == "accepted"
