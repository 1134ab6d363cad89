"""A source that is down, on pages: the desk offers what stands in for it, the applicant may send it or wait."""

import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cases import ground
from tests.cases.conftest import province
from tests.cases.test_lacking import filed, gone_on, rounds
from tests.channels.workbench.conftest import actor, browser
from tests.channels.workbench.window import picture
from tests.sharing.asking import province_process
from tests.standins.running import Running

from onevisit.cases import actions, queries
from onevisit.identity import actions as identity
from onevisit.identity import queries as people
from onevisit.identity.actions import holdings
from onevisit.proofs.models import FallbackAsk

__all__ = ["province", "province_process", "rounds"]

CLERK, OWNER = "sun-yulan", "zhang-xiaoyue"
ASKED = {"ask-material:marriage": "1", "wrong-material:marriage": "没有应答。", "mend-material:marriage": "可以先交照片。"}


@pytest.fixture
def waiting(rounds: Running) -> str:
    """A case of hers that waits for the marriage register, in the hands of a clerk."""
    known = {one.key: one for one in people.demo_people()}
    clerk = replace(known[CLERK], role="window acceptor", department="market", division=ground.NEAR)
    identity.load_demo([known[OWNER], clerk])
    rounds.set(mode="down", resource="civil.marriage")
    case = actions.start(actor(OWNER), "round", ground.NEAR, {}).id
    actions.file(actor(OWNER), case)
    assert gone_on(actor(OWNER), case).waiting_for
    holdings.give_holding(actor(CLERK).id, case, "test")
    return case


def notice(case: str) -> str:
    answer = browser(CLERK).get(f"/workbench/cases/{case}/notify")
    assert answer.status_code == 200
    return answer.content.decode()


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_desk_offers_what_stands_in_only_while_the_source_is_down(waiting: str) -> None:
    page = notice(waiting)
    assert "可以先交“婚姻信息”的照片" in page
    assert "住房信息" not in page, "its source answered"
    path = f"/workbench/cases/{waiting}/notify"
    assert browser(CLERK).post(path, {**ASKED, "seen": seen(page)}).status_code == 302
    assert FallbackAsk.objects.get().asked_by == actor(CLERK).id


def test_a_page_that_was_open_meanwhile_is_refused_with_the_source_s_name(waiting: str, rounds: Running) -> None:
    page = notice(waiting)
    rounds.set(mode="normal", resource="")
    filed(ground.person("lin-ruoxi"))
    answer = browser(CLERK).post(f"/workbench/cases/{waiting}/notify", {**ASKED, "seen": seen(page)})
    assert answer.status_code == 422
    told = [problem.message for problem in answer.context["problems"]]
    assert told == ["“婚姻信息”由民政局共享（婚姻登记信息），请直接核查，不能向申请人要。它已经恢复，请再核查一次。"]
    assert not FallbackAsk.objects.exists()
    assert "婚姻信息" not in notice(waiting)


def test_the_applicant_sends_a_paper_or_waits(waiting: str) -> None:
    actions.notify(actor(CLERK), waiting, [actions.Fault("material:marriage", "没有应答。", "可以先交照片。")])
    own = browser(OWNER)
    assert "上传婚姻信息（可以不传，等数据到了再核对）" in own.get(f"/cases/{waiting}/mend").content.decode()
    sent = SimpleUploadedFile("结婚证.jpg", picture().read(), "image/jpeg")
    assert own.post(f"/cases/{waiting}/mend", {"material-marriage": sent}).status_code == 302
    held = queries.contents(actor(OWNER), waiting)
    assert [one.material for one in held.attachments] == ["marriage"]
    assert not ground.row(waiting).defects.filter(mended_at=None).exists()


def test_without_a_paper_the_case_goes_on_waiting(waiting: str) -> None:
    actions.notify(actor(CLERK), waiting, [actions.Fault("material:marriage", "没有应答。", "可以先交照片。")])
    assert browser(OWNER).post(f"/cases/{waiting}/mend").status_code == 302
    assert queries.case(actor(OWNER), waiting).stage == "received"
