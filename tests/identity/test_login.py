"""From a request to its Actor: the demo's one click, fresh factors, channels, sessions that end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from onevisit.access import Actor, Hidden
from onevisit.identity import actions, login
from onevisit.identity.models import Account
from onevisit.ledger.queries import events

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]


class Browser:
    """Requests that keep a session, through Django's own log-in and our middleware."""

    def __init__(self) -> None:
        self.key: str | None = None

    def request(self, path: str = "/") -> HttpRequest:
        request = RequestFactory().get(path)
        request.session = SessionStore(self.key)
        account = request.session.get("_auth_user_id")
        request.user = login.Sessions().get_user(int(account)) if account else None  # type: ignore[assignment]
        return request

    def visit(self, page: Callable[[HttpRequest], HttpResponse], path: str = "/") -> HttpResponse:
        request = self.request(path)
        response = login.actor_middleware(page)(request)
        if request.session.modified:
            request.session.save()
        self.key = request.session.session_key
        return response

    def actor(self, path: str = "/") -> Actor:
        seen: list[Actor] = []

        def page(request: HttpRequest) -> HttpResponse:
            seen.append(request.actor)  # type: ignore[attr-defined]
            _ = seen[0].kind
            return HttpResponse()

        self.visit(page, path)
        return seen[0]


def entered(name: str) -> Browser:
    browser = Browser()

    def page(request: HttpRequest) -> HttpResponse:
        actions.log_in_demo(request, name)
        return HttpResponse()

    browser.visit(page)
    return browser


def test_a_stranger_is_anonymous(db: None) -> None:
    assert Browser().actor().kind == "anonymous"


def test_one_click_logs_in_as_a_demo_person(actor_of: ActorOf) -> None:
    actor = entered("zhang-xiaoyue").actor()
    assert (actor.id, actor.name, actor.fresh) == (actor_of("zhang-xiaoyue").id, "张**", True)
    account = Account.objects.get(login="zhang-xiaoyue")
    assert [event.kind for event in events(account.stream.public_id)] == ["account.opened", "account.entered"]


def test_the_session_id_changes_at_log_in_and_at_each_factor(demo_city: None) -> None:
    browser = Browser()

    def remembered(request: HttpRequest) -> HttpResponse:
        request.session["draft"] = "1"
        return HttpResponse()

    def log_in(request: HttpRequest) -> HttpResponse:
        actions.log_in_demo(request, "zhang-xiaoyue")
        return HttpResponse()

    def confirm(request: HttpRequest) -> HttpResponse:
        actions.confirm_demo(request)
        return HttpResponse()

    ids = []
    for page in (remembered, log_in, confirm):
        browser.visit(page)
        ids.append(browser.key)
    assert len(set(ids)) == 3
    assert not SessionStore(ids[0]).exists(ids[0])
    assert not SessionStore(ids[1]).exists(ids[1])


def test_freshness_ends_after_five_minutes_and_comes_back(demo_city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, true = entered("zhang-xiaoyue"), settings.REAL_CLOCK
    monkeypatch.setattr(settings, "REAL_CLOCK", lambda: true() + timedelta(seconds=301))
    assert not browser.actor().fresh

    def confirm(request: HttpRequest) -> HttpResponse:
        actions.confirm_demo(request)
        return HttpResponse()

    browser.visit(confirm)
    assert browser.actor().fresh


def test_the_demo_door_is_shut_elsewhere(demo_city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("nobody", ""):
        with pytest.raises(Hidden):
            entered(name)
    Account.objects.filter(login="wu-min").update(demo=False)
    with pytest.raises(Hidden):
        entered("wu-min")
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(Hidden):
        entered("zhang-xiaoyue")
    with pytest.raises(Hidden):
        actions.confirm_demo(Browser().request())


def test_a_removed_officer_is_nobody_at_the_next_request(actor_of: ActorOf) -> None:
    browser = entered("wu-min")
    assert browser.actor().kind == "officer"
    actions.end_officer(actor_of("you-jia"), actor_of("wu-min").id)
    assert browser.actor().kind == "anonymous"


def test_two_people_in_turns_never_mix(demo_city: None) -> None:
    zhang, wang = entered("zhang-xiaoyue"), entered("wang-zhiyuan")
    seen = [browser.actor().name for browser in (zhang, wang, zhang, wang)]
    assert seen == ["张**", "王**", "张**", "王**"]


def test_staff_and_citizens_have_their_own_length_of_session(demo_city: None) -> None:
    assert SessionStore(entered("wu-min").key).get_expiry_age() == 8 * 3600
    assert SessionStore(entered("zhang-xiaoyue").key).get_expiry_age() == 30 * 60


def test_a_session_that_was_ended_is_gone_from_the_server(demo_city: None) -> None:
    browser = entered("zhang-xiaoyue")
    before = browser.key

    def leave(request: HttpRequest) -> HttpResponse:
        actions.log_out(request)
        return HttpResponse()

    browser.visit(leave)
    assert not SessionStore(before).exists(before or "")


def test_pages_of_a_session_are_kept_by_nobody(demo_city: None) -> None:
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.actor.name)  # type: ignore[attr-defined]

    assert entered("zhang-xiaoyue").visit(page)["Cache-Control"] == "no-store"
    assert "Cache-Control" not in Browser().visit(page)


@pytest.mark.parametrize(
    ("path", "via"),
    [("/", "portal"), ("/items/x", "portal"), ("/api/v1/items", "api"), ("/workbench/", "workbench"), ("/apiary", "portal")],
)
def test_the_channel_is_told_by_the_path(path: str, via: str) -> None:
    assert login.via(path) == via


def test_a_page_that_asks_for_nobody_reads_nothing(django_assert_max_num_queries: Callable[..., object]) -> None:
    with django_assert_max_num_queries(0):  # type: ignore[attr-defined]
        login.actor_middleware(lambda request: HttpResponse())(_bare())


def _bare() -> HttpRequest:
    request = RequestFactory().get("/livez")
    request.session = SessionStore()
    return request
