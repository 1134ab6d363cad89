"""Saying things once; the inbox; the papers. Beside each success its refusals."""

import contextlib
import re
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from tests.cases import ground
from tests.conftest import Committed
from tests.notices.papers import ACCEPTED, GRANT, NUMBER, OFFICE, ONE_TIME, PAPERS, RECEIPT, REFUSAL

from onevisit.access import SYSTEM, Actor, Denied, Grant, Hidden, Refused, Target
from onevisit.identity.models import Account, Person
from onevisit.identity.records import Reading
from onevisit.ledger import queries as ledger
from onevisit.ledger.actions import open_stream
from onevisit.ledger.models import Event
from onevisit.notices import actions, invariants, queries
from onevisit.notices.actions import NewNotice
from onevisit.notices.models import Notice, Writ
from onevisit.notices.sheets import LICENSING, Sheet
from onevisit.papers import keys, signing
from onevisit.papers.models import StoredFile

TO, CASE = str(uuid4()), str(uuid4())
OWNER = Actor(str(uuid4()), "applicant", person=TO)
FIRM = str(uuid4())
MANAGER = Actor(str(uuid4()), "applicant", person=TO, organisation=FIRM)
STRANGER = Actor(str(uuid4()), "applicant", person=str(uuid4()))
OFFICER = Actor(str(uuid4()), "officer", person=str(uuid4()))
DESK = Target("case", CASE, "340304000000", "market", owner=TO)
CLERK = Actor(str(uuid4()), "officer", person=str(uuid4()), grants=(Grant("window", DESK.department, DESK.division),))


def new(kind: str = "accepted", sheet: Sheet | None = None, **changes: str) -> NewNotice:
    made = NewNotice(CASE, TO, kind, "您的小店许可已受理", f"/cases/{CASE}", "最晚3月9日办结。", sheet=sheet)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _now(clock: Callable[[str], None]) -> None:
    clock("2026-03-02T10:00")


def text_of(content: bytes, tmp_path: Path) -> str:
    (tmp_path / "paper.pdf").write_bytes(content)
    shown = subprocess.run(["pdftotext", "-raw", tmp_path / "paper.pdf", "-"], capture_output=True, check=True)
    return re.sub(r"\s", "", shown.stdout.decode())


def test_what_is_said_is_in_the_inbox_with_its_link(db: None) -> None:
    told = actions.tell(SYSTEM, new())
    (seen,) = queries.inbox(OWNER)
    assert seen == told
    assert (seen.kind_name, seen.title, seen.link, seen.read_at) == ("受理通知", "您的小店许可已受理", f"/cases/{CASE}", None)
    assert queries.unread(OWNER) == 1
    assert not seen.has_paper


def test_said_twice_is_said_once_and_the_first_words_stand(db: None) -> None:
    first = actions.tell(SYSTEM, new())
    assert actions.tell(SYSTEM, new(title="别的话")) == first
    assert actions.tell(SYSTEM, new(key="2")).id != first.id
    assert len(queries.inbox(OWNER)) == 2
    assert Event.objects.filter(kind="notice.sent").count() == 2


def test_ten_at_once_say_it_once(committed: object) -> None:
    said: list[str] = []

    def tell() -> None:
        said.append(actions.tell(SYSTEM, new()).id)
        connection.close()

    threads = [threading.Thread(target=tell) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 10
    assert len(set(said)) == 1


def test_only_the_house_speaks(db: None) -> None:
    for actor in (OWNER, OFFICER):
        with pytest.raises(Denied):
            actions.tell(actor, new())


def test_a_notice_leads_nowhere_but_into_the_house(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.tell(SYSTEM, new(link="https://example.org/"))


def test_a_kind_that_nobody_knows_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="gossip"):
        actions.tell(SYSTEM, new(kind="gossip"))


def test_the_first_opening_is_kept_with_its_time(db: None, clock: Callable[[str], None]) -> None:
    told = actions.tell(SYSTEM, new())
    clock("2026-03-02T12:00")
    first = actions.read(OWNER, told.id)
    clock("2026-03-03T12:00")
    assert actions.read(OWNER, told.id).read_at == first.read_at
    assert queries.unread(OWNER) == 0
    stream = Notice.objects.get().stream.public_id
    assert [event.kind for event in ledger.events(stream)] == ["notice.sent", "notice.read"]


def test_a_strangers_notice_is_as_good_as_none(db: None) -> None:
    told = actions.tell(SYSTEM, new("receipt", RECEIPT))
    for reach in (queries.notice, actions.read, actions.file_of):
        with pytest.raises(Hidden):
            reach(STRANGER, told.id)
        with pytest.raises(Hidden):
            reach(OWNER, str(uuid4()))
        with pytest.raises(Denied):
            reach(OFFICER, told.id)
    assert queries.inbox(STRANGER) == ()
    assert queries.of_case(STRANGER, CASE) == ()
    assert [one.id for one in queries.of_case(OWNER, CASE)] == [told.id]


def test_who_acts_for_a_firm_sees_the_firms_inbox(db: None) -> None:
    actions.tell(SYSTEM, new())
    actions.tell(SYSTEM, new(to=FIRM, key="firm"))
    assert [one.to for one in queries.inbox(MANAGER)] == [FIRM]
    assert [one.to for one in queries.inbox(OWNER)] == [TO]


def test_a_paper_is_made_once_sealed_and_kept(db: None) -> None:
    told = actions.tell(SYSTEM, new("receipt", RECEIPT))
    assert told.has_paper
    first = actions.file_of(OWNER, told.id)
    assert actions.file_of(OWNER, told.id) == first
    assert signing.verify(first).valid
    assert StoredFile.objects.count() == 1
    assert not Reading.objects.exclude(actor="system").exists()


def test_a_notice_without_a_sheet_has_no_paper(db: None) -> None:
    told = actions.tell(SYSTEM, new())
    with pytest.raises(Refused, match="没有打印件"):
        actions.file_of(OWNER, told.id)


def test_a_sheet_of_another_kind_is_refused(db: None) -> None:
    for kind in ("decision", "accepted"):
        with pytest.raises(Refused, match="收件凭证"):
            actions.tell(SYSTEM, new(kind, RECEIPT))


@pytest.mark.parametrize("word", PAPERS)
def test_a_paper_says_what_the_law_asks_for_on_one_page(db: None, tmp_path: Path, word: str) -> None:
    kind, sheet, said = PAPERS[word]
    printed = text_of(actions.file_of(OWNER, actions.tell(SYSTEM, new(kind, sheet)).id), tmp_path)
    for part in (*said, NUMBER, OFFICE, "示例", "第1页，共1页"):
        assert part in printed, part


def test_a_grant_says_no_remedies_and_only_a_licence_cites_its_law(db: None, tmp_path: Path) -> None:
    printed = text_of(actions.file_of(OWNER, actions.tell(SYSTEM, new("decision", GRANT)).id), tmp_path)
    assert "行政复议" not in printed
    assert ACCEPTED.item_type == LICENSING
    other = actions.tell(SYSTEM, new("accepted", replace(ACCEPTED, item_type="行政给付")))
    assert "行政许可法" not in text_of(actions.file_of(OWNER, other.id), tmp_path)


def test_nothing_empty_is_printed(db: None, tmp_path: Path) -> None:
    bare = replace(RECEIPT, materials=(), next=(), limits="", answer_by="", phones=())
    printed = text_of(actions.file_of(OWNER, actions.tell(SYSTEM, new("receipt", bare)).id), tmp_path)
    assert "已收到您的申请" in printed
    for part in ("序号", "接下来", "电话", "最晚"):
        assert part not in printed


def test_outside_of_a_demo_nothing_is_called_a_sample(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.ensure_demo(settings.KEYS)
    monkeypatch.setattr(settings, "DEMO", False)
    printed = text_of(actions.file_of(OWNER, actions.tell(SYSTEM, new("receipt", RECEIPT)).id), tmp_path)
    assert "示例" not in printed


def test_large_print_is_larger_and_says_the_same(db: None, tmp_path: Path) -> None:
    told = actions.tell(SYSTEM, new("receipt", RECEIPT))
    large = actions.file_of(OWNER, told.id, "large")
    assert StoredFile.objects.count() == 0
    assert signing.verify(large).valid
    for part in PAPERS["receipt"][2]:
        assert part in text_of(large, tmp_path)


def test_hostile_text_is_only_text_on_paper(db: None, tmp_path: Path) -> None:
    odd = "<script>alert(1)</script>{{7*7}}=1+1𬭎㐱·莫𡐓村"
    told = actions.tell(SYSTEM, new("receipt", replace(RECEIPT, applicant=odd, item=odd)))
    assert text_of(actions.file_of(OWNER, told.id), tmp_path).count(odd) >= 2


def test_what_is_printed_lies_sealed_in_the_database(db: None) -> None:
    actions.tell(SYSTEM, new("receipt", RECEIPT))
    with connection.cursor() as cursor:
        cursor.execute("SELECT notices_notice::text FROM notices_notice")
        (row,) = cursor.fetchone()
    assert "张晓月" not in row


def test_one_paper_has_one_number_for_all_whom_it_is_served_on(db: None) -> None:
    first = actions.tell(SYSTEM, new("decision", REFUSAL, key="7", writ="7"))
    second = actions.tell(SYSTEM, new("decision", REFUSAL, key="7/other", writ="7", to=FIRM))
    later = actions.tell(SYSTEM, new("decision", REFUSAL, key="8", writ="8"))
    assert first.number == second.number == "禹会区市场监督管理局决〔2026〕1号"
    assert later.number == "禹会区市场监督管理局决〔2026〕2号"
    assert Event.objects.filter(kind="notice.sent", data__number=first.number).count() == 2


def test_each_kind_office_and_year_counts_for_itself(db: None) -> None:
    sheets = [
        ("receipt", RECEIPT), ("one_time", ONE_TIME), ("receipt", replace(RECEIPT, on=date(2027, 1, 4))),
        ("receipt", replace(RECEIPT, department="tax", office="禹会区税务局（演示）")),
        ("receipt", replace(RECEIPT, division="340302000000", office="龙子湖区市场监督管理局")), ("receipt", RECEIPT),
    ]  # fmt: skip
    numbers = [actions.tell(SYSTEM, new(kind, sheet, key=str(place))).number for place, (kind, sheet) in enumerate(sheets)]
    assert [number.partition("局")[2] for number in numbers] == [
        "收〔2026〕1号", "告〔2026〕1号", "收〔2027〕1号", "收〔2026〕1号", "收〔2026〕1号", "收〔2026〕2号"
    ]  # fmt: skip
    assert actions.tell(SYSTEM, new("waiting")).number == ""


def test_numbers_have_no_gaps_when_two_print_at_once_and_some_fail(committed: object) -> None:
    def tell(first: int) -> None:
        for key in range(first, first + 8):
            with contextlib.suppress(Interrupted), transaction.atomic():
                actions.tell(SYSTEM, new("decision", REFUSAL, key=str(key)))
                if key % 4 == 3:
                    raise Interrupted
        connection.close()

    threads = [threading.Thread(target=tell, args=(first,)) for first in (0, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Writ.objects.values_list("serial", flat=True)) == list(range(1, 13))
    assert list(invariants.numbers_off()) == []


class Interrupted(Exception):
    """Something went wrong after the number was taken."""


def test_one_paper_told_to_two_at_once_takes_one_number(committed: object) -> None:
    def tell(to: str) -> None:
        actions.tell(SYSTEM, new("decision", REFUSAL, key=to, writ="one", to=to))
        connection.close()

    threads = [threading.Thread(target=tell, args=(str(uuid4()),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Notice.objects.count() == 6
    assert [writ.serial for writ in Writ.objects.all()] == [1]


def test_a_number_that_is_missing_or_bears_nothing_is_found(committed: Committed, tampering: Callable[..., Any]) -> None:
    for key in ("a", "b"):
        actions.tell(SYSTEM, new("decision", REFUSAL, key=key))
    assert list(invariants.numbers_off()) == []
    with tampering():
        Writ.objects.filter(serial=1).update(serial=3)
    assert list(invariants.numbers_off())
    with tampering():
        Writ.objects.filter(serial=3).update(serial=1)
        Notice.objects.filter(key="b").update(writ=None)
    assert list(invariants.numbers_off()) == ["禹会区市场监督管理局决〔2026〕2号"]


def test_who_has_an_account_is_served_at_once_others_against_their_signature(db: None, clock: Callable[[str], None]) -> None:
    told = actions.tell(SYSTEM, new("decision", REFUSAL))
    assert (told.how, told.served_at) == ("", None)
    with pytest.raises(Denied):
        actions.serve(OWNER, told.id, "window", "本人签收")
    with pytest.raises(Hidden):
        actions.serve(CLERK, told.id, "window", "本人签收")
    clerk = replace(CLERK, holds=frozenset({CASE}))
    for how, signed in (("window", " "), ("online", "本人签收"), ("dove", "本人签收")):
        with pytest.raises(Refused, match="签收"):
            actions.serve(clerk, told.id, how, signed, DESK)
    clock("2026-03-02T11:00")
    served = actions.serve(clerk, told.id, "window", "本人签收", DESK)
    assert (served.how_name, served.served_at) == ("窗口直接送达", settings.CLOCK())
    clock("2026-03-03T11:00")
    assert actions.serve(clerk, told.id, "post", "门卫代收", DESK) == served
    assert actions.read(OWNER, told.id).how == "window"
    with pytest.raises(Refused, match="没有打印件"):
        actions.serve(clerk, actions.tell(SYSTEM, new()).id, "window", "本人签收", DESK)
    person = ground.person().person
    Account.objects.create(
        login="li", kind="applicant", person=Person.objects.get(public_id=person), stream=open_stream("account"),
        created_at=settings.CLOCK(),
    )  # fmt: skip
    online = actions.tell(SYSTEM, new("decision", REFUSAL, to=person, key="online"))
    assert (online.how, online.served_at) == ("online", online.at)


def test_the_officer_who_holds_the_case_prints_and_the_recipient_sees_it(db: None) -> None:
    told = actions.tell(SYSTEM, new("decision", REFUSAL))
    for other in (CLERK, replace(CLERK, grants=(Grant("window", "tax", DESK.division),), holds=frozenset({CASE}))):
        with pytest.raises(Hidden):
            actions.file_of(other, told.id, at=DESK)
    clerk = replace(CLERK, holds=frozenset({CASE}))
    assert actions.file_of(clerk, told.id, at=DESK)[:5] == b"%PDF-"
    (reading,) = Reading.objects.filter(actor=CLERK.id)
    assert (str(reading.subject), str(reading.case)) == (TO, CASE)
    own = replace(clerk, person=TO)
    with pytest.raises(Refused, match="自己"):
        actions.file_of(own, told.id, at=DESK)
