"""The papers that a case serves: what each says, whom it reaches, under which number, and who may print it."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.cases import fair, ground, two
from tests.cases.test_deciding import BOUGHT, HOME, a_tax_case

from onevisit.access import SYSTEM, Actor, Denied, Grant, Hidden
from onevisit.cases import actions, documents, follow, jobs, news, queries, remedies
from onevisit.cases.actions import Fault, Ruling
from onevisit.city.models import Division
from onevisit.deliveries import actions as deliveries
from onevisit.deliveries import queries as sent
from onevisit.identity.records import Reading
from onevisit.ledger import queries as ledger
from onevisit.notices import queries as notices
from onevisit.notices.invariants import numbers_off
from onevisit.notices.models import Notice, Writ
from onevisit.reactions import REACTIONS

Act = Callable[..., Any]
Clock = Callable[[str], None]
UNCLEAR = Fault("material:photo", "照片看不清摊位。", "请重新拍一张。")
ONE_PAGE = "第1页，共1页"


def printed(pdf: bytes) -> str:
    """What stands on the paper, without blanks."""
    shown = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s", "", shown)


def react(case: str) -> None:
    """All the news of a case and of its deliveries are told, as the worker would."""
    streams = [str(ground.row(case).stream.public_id)]
    streams += [row.stream.public_id for row in (sent.row_of(one.id) for one in sent.of_case(SYSTEM, case))]
    for stream in streams:
        for event in ledger.events(stream):
            for reaction in REACTIONS.get(event.kind, ()):
                reaction(event)


def served(actor: Actor, case: str, *kinds: str) -> dict[str, str]:
    """The case's papers by name, as they read, each on one page; printed only are `kinds`, where there are any."""
    react(case)
    found = documents.papers(actor, case)
    chosen = [one.name for one in found if not kinds or one.name in kinds]
    texts = {name: printed(documents.paper(actor, case, name)) for name in chosen}
    for text in texts.values():
        assert ONE_PAGE in text
    assert list(numbers_off()) == []
    return texts


def has(text: str, *parts: str) -> None:
    for part in parts:
        assert part in text, part


def held(case: str, *roles: str) -> Actor:
    """An officer of the near county's market office with the case in hand."""
    return replace(fair.both(*roles), holds=frozenset({case}))


def test_the_receipt_says_what_came_and_that_it_is_no_acceptance(zhang: Actor) -> None:
    view = ground.a_filed(zhang, "yes")
    text = served(zhang, view.id, "receipt")["receipt"]
    has(text, "收件凭证", "近山县市场监督管理局收〔2026〕1号", "在网上提出", "不代表已经受理", "最晚2026年3月9日17时答复")
    has(text, "摊位照片复印件1份已收到1个文件", "体检报告", "受理后承诺时限：5个工作日；法定时限：20个工作日", "0552-0000000")
    assert "健康证明" not in text, "of a group that one is named which is there"


def test_what_is_received_at_the_window_is_receipted_there_and_printed_at_once(zhang: Actor) -> None:
    view = actions.start(zhang, "stall", ground.NEAR, {"food": "no"})
    clerk = held(view.id, "window")
    actions.receive(clerk, view.id)
    with pytest.raises(Hidden):
        documents.paper(clerk, view.id, "receipt")
    news.serve_now(view.id, "receipt")
    text = printed(documents.paper(clerk, view.id, "receipt"))
    has(text, "在窗口提出", "摊位照片复印件1份还没有收到", ONE_PAGE)
    (reading,) = Reading.objects.filter(actor=clerk.id, fields__contains=["notice.sheet"])
    assert str(reading.subject) == zhang.person
    (paper,) = documents.papers(clerk, view.id)
    assert (paper.how, paper.served_at) == ("", None), "she has no account: it has not reached her yet"
    documents.serve(clerk, paper, "window", "本人签收")
    assert documents.papers(clerk, view.id)[0].how == "窗口直接送达"


def test_acceptance_names_both_ends_and_what_follows(zhang: Actor) -> None:
    text = served(zhang, ground.a_followed(zhang).id, "accepted")["accepted"]
    has(text, "受理通知书", "受〔2026〕1号", "最晚2026年3月9日作出决定", "法定办结2026年3月30日以前", "第三十二条第一款第五项")
    has(text, "作出决定近山县市场监督管理局3个工作日", "制作结果系统自动办理")
    assert "视为受理" not in text


def test_acceptance_by_silence_says_so_and_what_may_follow_is_told_apart(
    city: None, zhang: Actor, clock: Clock, tmp_path: Path
) -> None:
    fair.offer(tmp_path)
    view = fair.filed(zhang)
    has(served(zhang, view.id, "receipt")["receipt"], "公众责任险保单复印件1份可以后补，受理后3个工作日以内")
    clock("2026-03-09T17:01")
    jobs.silence(0)
    texts = served(zhang, view.id, "accepted", "tolerance")
    has(texts["accepted"], "受理通知书（视为受理）", "自收到之日即2026年3月2日起视为受理", "第三十二条第一款第四项")
    has(texts["tolerance"], "容缺受理告知书", "公众责任险保单2026年3月12日", "视为您撤回申请")
    clock("2026-03-13T10:00")
    jobs.lapses(0)
    has(served(zhang, view.id, "lapsed")["lapsed"], "终止办理告知书", "没有在承诺的期限里补交容缺的材料")


def test_a_second_attempt_stands_in_no_plan(city: None, zhang: Actor, tmp_path: Path) -> None:
    fair.offer(tmp_path)
    text = served(zhang, fair.accepted(zhang).id, "accepted")["accepted"]
    has(text, "现场核查", "3个工作日")
    assert "第2次" not in text


def test_the_one_time_notice_and_the_second_by_leave_of_the_chief(zhang: Actor) -> None:
    view = ground.a_filed(zhang)
    actions.notify(held(view.id, "acceptor"), view.id, [UNCLEAR, Fault("field:goods", "写得太笼统。", "请写清卖什么。")])
    ground.a_paper(zhang, view.id, "photo")
    actions.correct(zhang, view.id)
    actions.notify(held(view.id, "chief"), view.id, [Fault("material:photo", "新照片里没有摊位。", "请拍摊位。")])
    texts = served(zhang, view.id, "one_time-1", "one_time")
    has(
        texts["one_time-1"],
        "一次性告知书",
        "告〔2026〕1号",
        "共2处",
        "这是一次告知",
        "摊位照片",
        "《示例摊贩条例》第二条",
        "请写清卖什么。",
    )
    has(texts["one_time-1"], "请在2026年3月23日以前补正", "不收费", "经办人：")
    has(texts["one_time"], "告〔2026〕2号", "共1处", "经科长同意再次告知", "新照片里没有摊位。")


def test_a_correction_after_acceptance_leaves_the_law_s_clock(zhang: Actor) -> None:
    view = ground.a_followed(zhang)
    actions.ask(held(view.id, "reviewer"), view.id, [UNCLEAR])
    text = served(zhang, view.id, "one_time")["one_time"]
    has(text, "补正告知书", "承诺的时限暂停计算，法定的时限照常计算", "按已有的材料作出决定")
    assert notices.served(view.id, zhang.person, "suspended") == (), "one paper is enough"


def test_who_is_turned_away_learns_why_and_where_to_turn(zhang: Actor) -> None:
    view = ground.a_filed(zhang)
    actions.turn_away(held(view.id, "acceptor"), view.id, "这里是公园，\n不归本局管。", "《示例摊贩条例》第九条")
    text = served(zhang, view.id, "turned_away")["turned_away"]
    has(text, "不予受理决定书", "不受〔2026〕1号", "这里是公园，不归本局管。", "《示例摊贩条例》第九条")
    has(text, "60日内，向近山县人民政府申请行政复议", "6个月内")
    assert "退件" not in text, "nothing was handed in over the counter"


def test_the_extension_names_reason_and_new_day(zhang: Actor) -> None:
    view, chief = ground.a_taken(zhang)
    actions.extend(chief, view.id, "要核对外地的登记。")
    text = served(zhang, view.id, "extended")["extended"]
    has(text, "延长期限告知书", "要核对外地的登记。", "延长10个工作日", "第四十二条", "原来的法定期限2026年3月30日以前")
    has(text, "延长以后的法定期限2026年4月13日以前", "最晚2026年3月23日作出决定")


@pytest.mark.parametrize(
    ("reason", "says"),
    [("hearing", ("经过听证", "法定的时限和承诺的时限都暂停计算", "第四十五条")), ("visit", ("等您到场", "法定的时限照常计算"))],
)
def test_a_clock_that_stands_still_is_told_in_writing(zhang: Actor, reason: str, says: tuple[str, ...]) -> None:
    view = ground.a_followed(zhang)
    actions.suspend(held(view.id, "reviewer"), view.id, reason, "定在3月6日，需要三个工作日。")
    has(served(zhang, view.id, "suspended")["suspended"], "中止计时告知书", "定在3月6日，需要三个工作日。", *says)


def test_originals_of_a_withdrawn_case_go_back(zhang: Actor, tmp_path: Path) -> None:
    text = ground.STALL.replace("form: {kind: copy, copies: 1}}", "form: {kind: original, copies: 1}}")
    ground.catalogue.publish_pack(SYSTEM, ground.stall_pack(tmp_path, text))
    view = actions.start(zhang, "stall", ground.NEAR, {"food": "no"})
    ground.a_paper(zhang, view.id, "photo")
    actions.receive(held(view.id, "window"), view.id)
    actions.withdraw(zhang, view.id)
    has(served(zhang, view.id, "withdrawn")["withdrawn"], "终止办理告知书", "已按您的要求撤回", "退件", "摊位照片退还")


def test_each_party_has_his_own_copy_under_one_number(city: None, tmp_path: Path) -> None:
    two.offer(tmp_path)
    taker, giver = ground.person(two.TAKER), ground.person(two.GIVER)
    view = two.a_filed(taker)
    actions.confirm(giver, view.id, "confirm")
    two.agreed(view.id, taker, giver)
    clerk = held(view.id, "acceptor", "window")
    actions.accept(clerk, view.id)
    mine, theirs = served(taker, view.id), served(giver, view.id)
    assert set(mine) == {"receipt", "accepted"}
    assert set(theirs) == {"accepted"}, "the receipt is of whoever handed in"
    has(theirs["accepted"], two.who(two.GIVER).name, "受〔2026〕1号")
    assert two.who(two.TAKER).name not in theirs["accepted"]
    has(mine["accepted"], two.who(two.TAKER).name, "受〔2026〕1号")
    assert Writ.objects.filter(kind="accepted").count() == 1
    assert [one.to for one in documents.papers(clerk, view.id)] == [taker.person, taker.person]
    has(printed(documents.paper(clerk, view.id, "accepted", to=giver.person)), two.who(two.GIVER).name)
    actions.withdraw(giver, view.id)
    has(served(taker, view.id, "withdrawn")["withdrawn"], "已由对方当事人撤回")
    has(served(giver, view.id, "withdrawn")["withdrawn"], "已按您的要求撤回")


def test_only_whom_it_concerns_prints_a_paper(zhang: Actor) -> None:
    view = ground.a_followed(zhang)
    react(view.id)
    for role in ("window", "reviewer", "chief", "head", "registrar"):
        assert documents.paper(held(view.id, role), view.id, "accepted")[:5] == b"%PDF-"
    general = replace(held(view.id, "window"), grants=(Grant("window", hall="hall"),))
    assert documents.paper(general, view.id, "accepted")[:5] == b"%PDF-"
    elsewhere = replace(held(view.id, "window"), grants=(Grant("window", "market", ground.FAR),))
    strangers = [
        ground.person("lin-ruoxi"),
        ground.officer("window"),
        ground.officer("chief"),
        ground.officer("joint"),
        elsewhere,
    ]
    for nobody in (*strangers, held(view.id, "joint")):
        with pytest.raises((Hidden, Denied)):
            documents.paper(nobody, view.id, "accepted")
    with pytest.raises(Hidden):
        documents.paper(zhang, view.id, "decision")


def test_tax_is_paid_before_it_is_disputed(act: Act, taxed: None) -> None:
    zhang = ground.person()
    case = a_tax_case(act, zhang, BOUGHT, HOME)
    follow.follow(case)
    texts = served(zhang, case)
    assert set(texts) == {"receipt", "accepted", "decision"}
    has(texts["decision"], "准予办理决定书", "应缴28,000.00元", "须先依照本决定书缴清税款及滞纳金，或者提供相应的担保")
    has(texts["decision"], "《中华人民共和国税收征收管理法》第八十八条", "上一级税务局", "未经复议，不能直接起诉")
    assert "6个月内" not in texts["decision"]
    assert "行政许可法" not in "".join(texts.values())
    assert any("第八十八条" in one for one in remedies.of_case(zhang, case))


def test_a_refusal_names_the_government_that_hears_it(zhang: Actor) -> None:
    view, chief = ground.a_taken(zhang)
    actions.decide(chief, view.id, Ruling("refuse", opinion="摊位占用消防通道。"))
    text = served(zhang, view.id, "decision")["decision"]
    has(text, "不予办理决定书", "摊位占用消防通道。", "向近山县人民政府申请行政复议", "第二十四条", "6个月内")


def test_to_whom_one_turns(city: None) -> None:
    village = f"{fair.TOWN[:9]}201"
    Division.objects.create(code=village, name="近山村", level="village", parent=Division.objects.get(code=fair.TOWN))
    heard = {village: "近山县", fair.TOWN: "近山县", ground.NEAR: "近山县", "349900000000": "示例市"}
    for place, government in heard.items():
        assert f"向{government}人民政府申请" in remedies.sentences("decision", "market", "行政许可", place)[0]
    first, second = remedies.sentences("turned_away", "tax", "行政征收", ground.NEAR)
    has(first, "向上一级税务局申请行政复议", "第二十七条")
    has(second, "6个月内")
    zone = Division.objects.create(
        code="349903000000", name="示例开发区", level="county", statistical=True, parent=Division.objects.get(code="349900000000")
    )
    assert "向示例市人民政府申请" in remedies.sentences("decision", "market", "行政许可", zone.code)[0]


def test_the_result_is_collected_with_a_voucher_and_served_with_a_proof(zhang: Actor, tmp_path: Path) -> None:
    text = ground.STALL.replace("at: [licence, hall], instant: true}", "at: [licence, courier, hall]}")
    ground.catalogue.publish_pack(SYSTEM, ground.stall_pack(tmp_path, text))
    view = ground.a_draft(zhang)
    assert actions.choose_delivery(zhang, view.id, "pickup") == ()
    actions.file(zhang, view.id)
    follow.follow(view.id)
    actions.take(chief := ground.officer(), view.id)
    ground.granted(ground.holding(chief), view.id)
    voucher = served(zhang, view.id, "collect")["collect"]
    has(voucher, "领取凭证", "摆摊经营许可证", "近山县政务服务大厅", "示例路1号", "身份证件原件", "领取人（签名）：")
    (delivery,) = sent.of_case(SYSTEM, view.id)
    deliveries.hand_over(held(view.id, "window"), delivery.id, "本人签收，出示身份证")
    proof = served(zhang, view.id, "service")["service"]
    has(
        proof,
        "送达回证",
        "张晓月",
        "签收记录本人签收，出示身份证",
        "准予办理决定书",
        "决〔2026〕1号",
        "到大厅领取",
        "2026年3月2日10时",
    )
    has(proof, "签收人（签名）：")


def test_told_twice_a_paper_is_served_once(zhang: Actor) -> None:
    view = ground.a_followed(zhang)
    react(view.id)
    before = (Notice.objects.count(), Writ.objects.count())
    react(view.id)
    for kind in news.SERVING:
        news.serve_now(view.id, kind)
    assert (Notice.objects.count(), Writ.objects.count()) == before
    assert before[1] == 2
    assert [one.name for one in documents.papers(zhang, view.id)] == ["receipt", "accepted"]


def test_a_draft_that_was_thrown_away_leaves_no_paper(zhang: Actor) -> None:
    view = ground.a_draft(zhang)
    actions.withdraw(zhang, view.id)
    react(view.id)
    assert documents.papers(zhang, view.id) == ()
    assert queries.case(zhang, view.id).stage == "withdrawn"
