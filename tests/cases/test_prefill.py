"""What the city knows stands in the form with its source; what it can't say now the case waits for, nobody is asked instead."""

import time
from typing import Any

import pytest
from django.utils import timezone
from tests.cases import ground
from tests.cases.ground import NEAR
from tests.cases.test_deciding import BOUGHT
from tests.sharing.asking import number
from tests.standins.running import Running

from onevisit.access import SYSTEM, Actor, Hidden
from onevisit.cases import actions, follow, prefill, queries
from onevisit.cases.models import Task
from onevisit.identity.models import Peer, Reading
from onevisit.sharing.models import Inquiry

GIFT = {"act": "gift", "buyer": "person", "relation": "spouse"}
LIES = (
    "down", "wrong_person", "expired", "html", "nan", "bad_type", "extra", "bad_signature", "unsigned", "replay", "cut",
    "endless", "bomb", "deep", "redirect",
)  # fmt: skip


def begun(who: Actor, answers: dict[str, str], **typed: str) -> str:
    """A draft of the deed tax; its id."""
    view = actions.start(who, "deed-tax", NEAR, answers)
    actions.save(who, view.id, {"phone": "15400000001", **typed})
    return view.id


def shown(who: Actor, case: str) -> dict[str, Any]:
    """The values that the form shows."""
    return {name: value["value"] for name, value in queries.contents(who, case).values.items()}


def test_what_the_city_knows_need_not_be_typed(province: Running) -> None:
    zhang = ground.person()
    case = actions.start(zhang, "deed-tax", NEAR, BOUGHT).id
    fetched = prefill.fetch(zhang, case, 10)
    assert fetched.waiting_for == ()
    values = queries.contents(zhang, case).values
    assert shown(zhang, case) == {
        "name": "张晓月", "number": number("zhang-xiaoyue"), "phone": "15400000001", "contract_number": "演示买卖20260001",
        "act": "purchase", "object": "home", "address": "蚌埠市龙子湖区示例路1号2幢301室", "area": "140.00",
        "contract_date": "2026-02-12", "price": "2800000.00", "vat": "excluded", "vat_rate": "9", "vat_amount": "252000.00",
        "co_owner": "none", "marriage_status": "single", "minor_children": 0, "family_homes": 0,
    }  # fmt: skip
    assert values["area"]["source_name"] == "住房和城乡建设局（演示数据）"
    assert values["area"]["at"] == "2026-03-02T10:00:00+08:00"
    assert values["phone"]["source_name"] == "您的账户"
    assert not Reading.objects.exists(), "one's own look is no reading"
    assert follow.file(zhang, case).stage_name == "等您缴费"


def test_asking_again_for_the_same_asks_nobody(province: Running) -> None:
    zhang = ground.person()
    case = begun(zhang, BOUGHT)
    prefill.fetch(zhang, case, 10)
    asked = Inquiry.objects.count()
    province.set(mode="down")
    assert prefill.fetch(zhang, case, 10).waiting_for == ()
    assert Inquiry.objects.count() == asked


def test_what_was_known_of_one_number_is_gone_with_it(province: Running) -> None:
    lin = ground.person("lin-ruoxi")
    case = begun(lin, GIFT)
    prefill.fetch(lin, case, 10)
    assert not Inquiry.objects.filter(resource__word="civil.kinship").exists(), "nobody is named yet"
    actions.save(lin, case, {"other_number": number("chen-siyuan").replace("3", "３")})
    prefill.fetch(lin, case, 10)
    assert shown(lin, case)["relation"] == "spouse"
    actions.save(lin, case, {"other_number": "<script>"})
    prefill.fetch(lin, case, 10)
    assert "relation" not in shown(lin, case)
    actions.save(lin, case, {"other_number": number("chen-siyuan")})
    prefill.fetch(lin, case, 10)
    assert shown(lin, case)["relation"] == "spouse"
    province.set(mode="down", resource="civil.kinship")
    actions.save(lin, case, {"other_number": number("zhou-zihang")})
    assert prefill.fetch(lin, case, 10).waiting_for == ("公安局（亲属关系核验）",)
    assert "relation" not in shown(lin, case)
    assert shown(lin, case)["area"] == "118.50", "what the others said stays"


def test_somebody_else_s_case_is_asked_for_by_nobody(province: Running) -> None:
    case = begun(ground.person(), BOUGHT)
    with pytest.raises(Hidden):
        prefill.fetch(ground.person("lin-ruoxi"), case, 10)
    assert not Inquiry.objects.exists()
    assert not Reading.objects.exists()


def test_a_firm_is_asked_for_as_a_firm(province: Running) -> None:
    firm = ground.firm()
    case = actions.start(firm, "deed-tax", NEAR, {"act": "purchase", "object": "non_home", "buyer": "firm", "special": "no"}).id
    assert prefill.fetch(firm, case, 10).waiting_for == ()
    assert shown(firm, case)["credit_code"] == "91340300DEM000014P"
    assert "name" not in shown(firm, case)


def waits(who: Actor, case: str, province: Running) -> None:
    """The case waits for its sources, names them, asks the applicant nothing; back up, it goes on by itself."""
    view = queries.case(who, case)
    assert (view.stage, view.with_people) == ("accepted", False)
    assert "住房和城乡建设局（不动产转移合同和登记受理信息）" in view.waiting_for
    assert [task.step for task in Task.objects.filter(case__public_id=case, closed_at=None)] == ["verify"]
    assert queries.contents(who, case).attachments == ()
    province.set(mode="normal")
    Task.objects.filter(closed_at=None).update(next_try_at=timezone.now())
    Peer.objects.update(failures=0, closed_until=None)
    follow.follow(case)
    assert queries.case(who, case).stage_name == "等您缴费"


def test_an_answer_that_is_not_to_be_believed_is_never_in_the_form(province: Running) -> None:
    """T12."""
    zhang = ground.person()
    case = begun(zhang, BOUGHT)
    for lie in LIES:
        province.set(mode=lie)
        Peer.objects.update(failures=0, closed_until=None)
        assert len(prefill.fetch(zhang, case, 10).waiting_for) == 6, lie
        assert shown(zhang, case) == {"phone": "15400000001"}, lie


@pytest.mark.parametrize("lie", ["down", "wrong_person"])
def test_the_case_waits_for_who_gives_no_answer_to_be_used(province: Running, lie: str) -> None:
    province.set(mode=lie)
    zhang = ground.person()
    case = begun(zhang, BOUGHT)
    follow.file(zhang, case)
    assert shown(zhang, case) == {"phone": "15400000001"}
    waits(zhang, case, province)


SOON = 5
"""Far less than the thirty seconds that the source takes, however busy the machine is."""


@pytest.mark.parametrize("mode", ["slow", "drip"])
def test_a_page_waits_a_moment_and_the_worker_longer(province: Running, mode: str) -> None:
    """T11: the breaker is not opened by those who can't wait."""
    province.set(mode=mode, seconds="30")
    zhang = ground.person()
    case = begun(zhang, BOUGHT)
    for _ in range(6):
        began = time.monotonic()
        fetched = prefill.fetch(zhang, case)
        assert time.monotonic() - began < SOON
        assert fetched.waiting_for[0] == "公安局（人口基本信息）"
    assert Peer.objects.get(name="province").failures == 0
    began = time.monotonic()
    follow.file(zhang, case)
    assert time.monotonic() - began < 2 * SOON
    waits(zhang, case, province)


def test_a_source_that_is_down_lets_the_others_speak(province: Running) -> None:
    province.set(mode="down", resource="housing.family_homes")
    zhang = ground.person()
    case = begun(zhang, BOUGHT)
    assert prefill.fetch(zhang, case, 10).waiting_for == ("住房和城乡建设局（家庭住房套数查询结果）",)
    assert shown(zhang, case)["area"] == "140.00"
    assert "family_homes" not in shown(zhang, case)
    view = follow.file(zhang, case)
    assert view.waiting_for == "住房和城乡建设局（家庭住房套数查询结果）"
    assert view.due_at is not None


def test_nothing_is_kept_in_a_case_that_has_ended(province: Running) -> None:
    zhang = ground.person()
    case = begun(zhang, BOUGHT)
    province.set(mode="down")
    follow.file(zhang, case)
    actions.withdraw(zhang, case)
    province.set(mode="normal")
    prefill.fetch(SYSTEM, case, 10)
    assert shown(zhang, case) == {"phone": "15400000001"}
