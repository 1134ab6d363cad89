"""What happens is told to the applicant once, by a real worker after the commit, with the papers that serve it."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from tests.cases import ground
from tests.cases.conftest import all_agree
from tests.conftest import Committed

from onevisit import reactions
from onevisit.access import Actor, Denied, Hidden
from onevisit.cases import actions, documents, queries
from onevisit.ledger import queries as ledger
from onevisit.ledger.jobs import ProcrastinateJob
from onevisit.ledger.models import Event
from onevisit.licences import queries as licences
from onevisit.notices import queries as notices
from onevisit.payments.models import Bill


@pytest.fixture
def living(committed: Committed, clock: Callable[[str], None], tmp_path: Path) -> Committed:
    """A city with the stall permit where commits are real."""
    clock("2026-03-02T10:00")
    ground.small_city()
    ground.offer_stall(tmp_path)
    return committed


def told(who: Actor, case: str) -> list[tuple[str, str]]:
    return [(one.kind, one.title) for one in notices.of_case(who, case)]


def text(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def test_from_filing_to_the_permit_everything_is_told_once(living: Committed) -> None:
    zhang, chief = ground.person(), ground.officer()
    case = ground.a_filed(zhang).id
    ProcrastinateJob.objects.filter(status="todo").update(scheduled_at=None)
    living.drain()
    assert queries.case(zhang, case).stage == "accepted", "the follow job has done it"
    actions.take(chief, case)
    actions.decide(ground.holding(chief), case, actions.Ruling("grant", opinion="材料齐全，准予。"))
    living.drain()
    assert queries.case(zhang, case).stage == "concluded"
    said = [
        ("receipt", "您的摆摊经营许可已收到"), ("accepted", "您的摆摊经营许可已受理"), ("decision", "您的摆摊经营许可已有决定"),
        ("result", "您的摆摊经营许可已办结"),
    ]  # fmt: skip
    assert sorted(told(zhang, case)) == sorted(said)
    for event in list(Event.objects.order_by("pk")):
        for react in reactions.REACTIONS.get(event.kind, ()):
            react(ledger.event(event.pk))
    living.drain()
    assert len(told(zhang, case)) == 4
    assert len(licences.mine(zhang)) == 1
    assert not ProcrastinateJob.objects.filter(status="failed").exists()
    papers(zhang, case)
    all_agree()


def papers(zhang: Actor, case: str) -> None:
    number = queries.case(zhang, case).number
    receipt = text(documents.paper(zhang, case, "receipt"))
    assert "张晓月" in receipt
    assert number[-12:] in receipt.replace(" ", "").replace("\n", "")
    assert "2026年3月9日" in receipt
    decision = text(documents.paper(zhang, case, "decision"))
    assert "材料齐全，准予。" in decision
    for nobody in (ground.person("lin-ruoxi"), ground.officer()):
        with pytest.raises((Hidden, Denied)):
            documents.paper(nobody, case, "receipt")


def test_a_paper_that_is_not_there_yet_is_as_none(living: Committed) -> None:
    zhang = ground.person()
    case = ground.a_filed(zhang).id
    with pytest.raises(Hidden):
        documents.paper(zhang, case, "receipt")
    living.drain()
    assert documents.paper(zhang, case, "receipt")[:5] == b"%PDF-"
    with pytest.raises(Hidden):
        documents.paper(zhang, case, "decision")


def test_a_refusal_is_told_with_its_reasons_and_nothing_of_it_stands_in_the_message(living: Committed) -> None:
    zhang, chief = ground.person(), ground.officer()
    case = ground.a_followed(zhang).id
    actions.take(chief, case)
    actions.decide(ground.holding(chief), case, actions.Ruling("refuse", opinion="摊位占用消防通道。"))
    living.drain()
    shown = {one.kind: one for one in notices.of_case(zhang, case)}
    assert shown["decision"].body == "已作出不予的决定。理由、依据和救济办法见决定书。"
    decision = text(documents.paper(zhang, case, "decision")).replace("\n", "")
    assert "摊位占用消防通道。" in decision
    assert "行政复议" in decision
    assert queries.case(zhang, case).stage_name == "不予办理"


def test_a_bill_is_told_and_void_when_the_case_is_withdrawn_before_the_decision(living: Committed, tmp_path: Path) -> None:
    """An item whose fee comes before its decision."""
    text = ground.STALL
    for step, old, new in (("pay", "decide", "accept"), ("decide", "accept", "pay"), ("issue", "pay", "decide")):
        line = next(line for line in text.splitlines() if f"id: {step}," in line and "does" in line)
        text = text.replace(line, line.replace(f"needs: [{old}]", f"needs: [{new}]"))
    ground.catalogue.publish_pack(ground.SYSTEM, ground.stall_pack(tmp_path, text))
    zhang = ground.person()
    case = ground.a_followed(zhang, "yes").id
    living.drain()
    assert ("payment", "请缴纳卫生费20.00元") in told(zhang, case)
    actions.withdraw(zhang, case)
    living.drain()
    assert told(zhang, case)[-1] == ("withdrawn", "您的摆摊经营许可已撤回")
    assert [bill.state for bill in Bill.objects.all()] == ["void"]


def test_a_draft_that_was_thrown_away_needs_no_word(living: Committed) -> None:
    zhang = ground.person()
    case = ground.a_draft(zhang).id
    actions.withdraw(zhang, case)
    living.drain()
    assert told(zhang, case) == []
    assert queries.mine(zhang) == ()


def test_the_legal_day_of_a_paper_is_shanghai_s(clock: Callable[[str], None], timezone: Callable[[str], None]) -> None:
    timezone("America/New_York")
    clock("2026-03-03T00:00:00.1")
    assert documents.day(settings.CLOCK()).isoformat() == "2026-03-03"
    assert documents.day(None).isoformat() == "2026-03-03"
