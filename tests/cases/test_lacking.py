"""What came back empty is told once, all of it, by the house; licences from the library count, as long as they are in force."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from tests.cases import ground
from tests.cases.conftest import all_agree
from tests.cases.ground import NEAR
from tests.cases.test_deciding import BOUGHT
from tests.standins.running import Running

from onevisit.access import SYSTEM, Actor, Hidden, Refused
from onevisit.cases import actions, claims, follow, lacking, prefill, queries
from onevisit.cases.actions import missing_papers
from onevisit.cases.models import Task
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue import packs
from onevisit.core import reading, values
from onevisit.core.definition import Material, MaterialForm, Standard
from onevisit.identity.models import Peer, Reading
from onevisit.ledger import queries as ledger
from onevisit.licences import actions as licences
from onevisit.licences import telling
from onevisit.sharing import actions as sharing

ROUND = """
format: onevisit/1
item:
  key: round
  name: 流动售货登记
  type: 行政确认
  department: market
  theme: [企业开办]
  basis: [{law: 示例摊贩条例, article: 第九条, text: 流动售货应当登记。}]
level: county
audience: [person]
limits: {legal: 20, promised: 5}
materials:
  - id: marriage
    name: 婚姻信息
    source: shared:civil.marriage
    issued_by: civil-affairs
    basis: &law [{law: 示例摊贩条例, article: 第九条}]
  - {id: permit, name: 摆摊经营许可证, source: "licence:stall-permit", result_of: stall, one_of: trade, basis: *law}
  - {id: invoice, name: 进货发票信息, source: "shared:tax.invoice", issued_by: tax, one_of: trade, basis: *law}
  - {id: homes, name: 住房信息, source: "shared:housing.family_homes", issued_by: housing, one_of: homes, basis: *law}
  - {id: homes_paper, name: 住房证明, one_of: homes, basis: *law, form: {kind: copy, copies: 1}}
form:
  - id: status
    label: 婚姻状况
    type: choice
    source: shared:civil.marriage.status
    options: {single: 未婚, married: 已婚, divorced: 离婚, widowed: 丧偶}
  - {id: spouse, label: 配偶姓名, source: "shared:civil.marriage.spouse_name"}
  - {id: goods, label: 卖什么, source: "licence:stall-permit.goods", required: false}
  - {id: until, label: 许可证有效期止, type: date, source: "licence:stall-permit.valid_to", required: false}
process:
  - {id: submit, by: applicant, does: submit, at: [online, hall]}
  - {id: verify, name: 核对数据, by: system, does: verify, needs: [submit], instant: true}
  - {id: accept, by: system, does: accept, needs: [verify], instant: true}
  - {id: decide, by: department, does: decide, needs: [accept], days: 3}
faq: [{q: 要等多久？, a: 五个工作日以内。}]
"""


@pytest.fixture
def rounds(province: Running, tmp_path: Path) -> Running:
    """The near county registers who sells from door to door; the province answers."""
    ground.offer_stall(tmp_path)
    (tmp_path / "round").mkdir()
    (tmp_path / "round" / "standard.yaml").write_text(ROUND, encoding="utf-8")
    pack = packs.load(tmp_path / "round")
    sharing.load_pack(SYSTEM, pack)
    catalogue.publish_pack(SYSTEM, pack)
    catalogue.offer(SYSTEM, "round", NEAR)
    return province


def permit(holder: Actor, until: str = "2026-12-31", since: str = "2026-01-05") -> str:
    """A stall permit that the holder has; its id."""
    first = date.fromisoformat(since)
    issued = datetime(first.year, first.month, first.day, 9, tzinfo=settings.ZONE)
    new = licences.NewLicence(
        case="", decision="", type="stall-permit", holder=holder.person, holder_name="张晓月", office="示例", division=NEAR,
        rows=({"label": "范围", "value": "布鞋"},),
        foreign=licences.Foreign(f"许{until}", issued, first, date.fromisoformat(until)),
    )  # fmt: skip
    return licences.enter(SYSTEM, new).id


def begun(who: Actor) -> str:
    return actions.start(who, "round", NEAR, {}).id


def filed(who: Actor) -> queries.CaseView:
    """The case, filed, after the worker has asked every source with its own patience."""
    case = begun(who)
    actions.file(who, case)
    return gone_on(who, case)


def gone_on(who: Actor, case: str) -> queries.CaseView:
    Task.objects.filter(case__public_id=case).update(next_try_at=None)
    Peer.objects.update(failures=0, closed_until=None)
    follow.follow(case)
    return queries.case(who, case)


def told(who: Actor, case: str) -> dict[str, tuple[str, str]]:
    return {one.target: (one.wrong, one.mend) for one in queries.to_mend(who, case)}


def test_nothing_lacks(rounds: Running) -> None:
    zhang = ground.person()
    case = filed(zhang)
    assert (case.stage, ground.kinds(case.id).count("case.noticed")) == ("accepted", 0)
    assert "spouse" not in queries.contents(zhang, case.id).values, "who is single has no spouse: that blocks nothing"


def test_all_that_lacks_is_told_at_once(rounds: Running) -> None:
    zhang = ground.person()
    rounds.set(mode="empty")
    case = filed(zhang)
    assert (case.stage, case.stage_name) == ("noticed", "等您补正")
    assert told(zhang, case.id) == {
        "material:marriage": (
            "民政局（演示数据）没有查到您的“婚姻登记信息”。",
            "请向民政局核实，等数据传到以后在办件里点“再核对一次”。",
        ),
        "material:invoice": (
            "电子证照库里没有您的“摆摊经营许可证”；税务局（演示数据）没有查到您的“不动产销售发票信息”。",
            "请先办“摆摊经营许可”，办好以后在办件里点“再核对一次”。",
        ),
        "material:homes_paper": (
            "住房和城乡建设局（演示数据）没有查到您的“家庭住房套数查询结果”。",
            "请上传“住房证明”。",
        ),
    }
    (event,) = [e for e in ledger.events(str(ground.row(case.id).stream.public_id)) if e.kind == "case.noticed"]
    assert (event.actor, event.data["again"]) == ("system", False)
    all_agree()


def test_while_the_applicant_mends_the_house_does_nothing(rounds: Running) -> None:
    rounds.set(mode="empty")
    case = filed(ground.person()).id
    before = ground.kinds(case)
    assert claims.claim(case, "somebody") is None
    assert claims.pending(case) == ()
    follow.follow(case)
    assert ground.kinds(case) == before


def test_once_more_and_it_is_there(rounds: Running) -> None:
    zhang = ground.person()
    rounds.set(mode="empty", resource="civil.marriage")
    case = filed(zhang).id
    assert list(told(zhang, case)) == ["material:marriage"]
    rounds.set(mode="normal", resource="")
    follow.correct(zhang, case)
    assert gone_on(zhang, case).stage == "accepted"
    assert queries.contents(zhang, case).values["status"]["value"] == "single"
    assert ground.kinds(case).count("case.noticed") == 1
    all_agree()


def test_what_still_lacks_is_for_people_to_see_and_told_no_second_time(rounds: Running) -> None:
    zhang = ground.person()
    rounds.set(mode="empty")
    case = filed(zhang).id
    ground.a_paper(zhang, case, "homes_paper")
    follow.correct(zhang, case)
    view = gone_on(zhang, case)
    assert (view.stage, view.with_people) == ("received", True)
    assert ground.kinds(case).count("case.noticed") == 1
    task = Task.objects.get(case__public_id=case, closed_at=None)
    assert (task.step, task.hands) == ("verify", "department")
    last = [e for e in ledger.events(str(ground.row(case).stream.public_id)) if e.kind == "step.returned"][-1]
    assert last.data["missing"] == ["marriage", "invoice"]
    all_agree()


def test_one_of_a_group_is_enough(rounds: Running) -> None:
    zhang = ground.person()
    held = permit(zhang)
    rounds.set(mode="empty", resource="tax.invoice")
    case = filed(zhang)
    assert case.stage == "accepted"
    kept = queries.contents(zhang, case.id).values
    assert kept["goods"] == {
        "value": "布鞋", "source": "licence:stall-permit.goods", "source_name": "电子证照库·摆摊经营许可证",
        "at": "2026-03-02T10:00:00+08:00",
    }  # fmt: skip
    assert kept["until"]["value"] == "2026-12-31"
    reading = Reading.objects.filter(case=case.id, fields__contains=["licence.data"], subject=zhang.person)
    assert reading.filter(actor="system", purpose="handle").exists()
    done = [e.data for e in ledger.events(str(ground.row(case.id).stream.public_id)) if e.kind == "step.finished"]
    assert {"step": "verify", "licences": [held]} in done


def test_a_paper_may_stand_for_what_nobody_knows(rounds: Running) -> None:
    zhang = ground.person()
    rounds.set(mode="empty", resource="housing.family_homes")
    case = begun(zhang)
    ground.a_paper(zhang, case, "homes_paper")
    actions.file(zhang, case)
    assert gone_on(zhang, case).stage == "accepted"


def test_who_is_down_is_waited_for_and_nothing_is_told(rounds: Running) -> None:
    rounds.set(mode="down", resource="civil.marriage")
    case = filed(ground.person())
    assert case.stage == "received"
    assert case.waiting_for == "民政局（婚姻登记信息）"
    assert "case.noticed" not in ground.kinds(case.id)


def test_too_late_to_tell_the_case_goes_on(rounds: Running, clock: Callable[[str], None]) -> None:
    """行政许可法 art. 32(4): what was not told in time is no reason any more."""
    rounds.set(mode="down", resource="civil.marriage")
    zhang = ground.person()
    case = filed(zhang).id
    clock("2026-03-10T10:00")
    rounds.set(mode="empty", resource="civil.marriage")
    assert gone_on(zhang, case).stage == "accepted"
    assert "case.noticed" not in ground.kinds(case)


def test_after_acceptance_nothing_is_asked(province: Running) -> None:
    """In the deed tax the house accepts first: what lacks then is for whoever decides."""
    province.set(mode="empty", resource="civil.marriage")
    zhang = ground.person()
    case = actions.start(zhang, "deed-tax", NEAR, BOUGHT).id
    actions.save(zhang, case, {"phone": "15400000001"})
    actions.file(zhang, case)
    assert gone_on(zhang, case).accepted_at is not None
    assert "case.noticed" not in ground.kinds(case)


@pytest.mark.parametrize(
    ("now", "there"),
    [("2026-03-09T23:59", True), ("2026-03-10T00:00", False), ("2026-01-04T23:59", False), ("2026-01-05T00:00", True)],
)
def test_a_licence_counts_from_its_first_day_to_the_end_of_its_last(
    city: None, clock: Callable[[str], None], now: str, there: bool
) -> None:
    zhang = ground.person()
    case = str(UUID(int=1))
    permit(zhang, "2026-03-09")
    clock(now)
    found = telling.look(zhang, telling.Look(case, "round", zhang.person, "stall-permit"))
    assert bool(found.licence) is there
    if there:
        assert (found.values["goods"], found.values["valid_to"], found.why) == ("布鞋", "2026-03-09", "")
    elif now > "2026-02":
        assert found.why == "您的“摆摊经营许可证”有效期到2026年3月9日为止"


def test_what_is_to_be_renewed_may_be_over(city: None, clock: Callable[[str], None]) -> None:
    zhang = ground.person()
    permit(zhang, "2026-03-09")
    clock("2026-03-10T10:00")
    asked = telling.Look(str(UUID(int=1)), "round", zhang.person, "stall-permit", renewal=True)
    assert telling.look(zhang, asked).licence


def test_nobody_looks_at_somebody_else_s_licence(city: None) -> None:
    zhang, lin = ground.person(), ground.person("lin-ruoxi")
    permit(zhang)
    with pytest.raises(Hidden):
        telling.look(lin, telling.Look(str(UUID(int=1)), "round", zhang.person, "stall-permit"))
    assert telling.look(lin, telling.Look(str(UUID(int=1)), "round", lin.person, "stall-permit")).licence == ""
    assert not Reading.objects.exists()


@pytest.mark.parametrize(("other", "refused"), [("empty", True), ("normal", False)])
def test_a_licence_that_lapsed_before_the_decision_grants_nothing(
    rounds: Running, clock: Callable[[str], None], other: str, refused: bool
) -> None:
    """Unless the other one of its group was there too: then nothing rests on it."""
    zhang, chief = ground.person(), ground.officer()
    permit(zhang, "2026-03-03")
    rounds.set(mode=other, resource="tax.invoice")
    case = filed(zhang).id
    actions.take(chief, case)
    clock("2026-03-04T09:00")
    grant = actions.Ruling("grant", opinion="材料齐全。")
    if refused:
        with pytest.raises(Refused, match="摆摊经营许可证") as why:
            actions.decide(ground.holding(chief), case, grant)
        assert why.value.code == "licence-ended"
    else:
        assert actions.decide(ground.holding(chief), case, grant).outcome == "grant"
    all_agree()


def test_an_officer_looks_where_he_has_the_case_and_leaves_a_reading(rounds: Running) -> None:
    zhang, officer = ground.person(), ground.officer("reviewer")
    permit(zhang)
    case = filed(zhang).id
    actions.take(officer, case)
    assert prefill.fetch(ground.holding(officer), case, 10).empty == {}
    assert Reading.objects.filter(actor=officer.id, subject=zhang.person, case=case, fields__contains=["licence.data"]).exists()


def the_standard() -> Standard:
    read = reading.read(ROUND, "round.yaml").document
    assert isinstance(read, Standard)
    return read


def found(handed: str = "", empty: str = "") -> tuple[str, ...]:
    """The materials that lack; sources by their short names."""
    words = {
        "m": "shared:civil.marriage",
        "p": "licence:stall-permit",
        "i": "shared:tax.invoice",
        "h": "shared:housing.family_homes",
    }
    came = {words[one]: "没有查到" for one in empty}
    return tuple(one.cited.id for one in lacking.lacking(the_standard(), {}, lacking.Found(frozenset(handed.split()), came, {})))


@pytest.mark.parametrize(
    ("handed", "empty", "lacks"),
    [
        ("", "", ()),
        ("", "m", ("marriage",)),
        ("", "p", ()),
        ("", "pi", ("invoice",)),
        ("", "h", ("homes_paper",)),
        ("homes_paper", "h", ()),
        ("", "mpih", ("marriage", "invoice", "homes_paper")),
    ],
)
def test_what_lacks(handed: str, empty: str, lacks: tuple[str, ...]) -> None:
    assert found(handed, empty) == lacks


OLD = Material("old", "旧证", shown="deliver", surrender=True)
SEEN = Material("seen", "原件", shown="submit", form=MaterialForm("original"))
COPY = Material("copy", "复印件", shown="submit", form=MaterialForm("original_and_copy", copies=1))
PLAIN = Material("plain", "照片")


def test_no_upload_is_asked_of_what_is_given_back_or_only_seen() -> None:
    assert [values.is_handed_in(one) for one in (OLD, SEEN, COPY, PLAIN)] == [False, False, True, True]
    assert [one.field for one in missing_papers((OLD, SEEN, COPY, PLAIN), set())] == ["material-copy", "material-plain"]
    assert missing_papers((OLD, SEEN), set()) == []
