"""Saying things once; the inbox; the papers. Beside each success its refusals."""

import re
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from onevisit.access import SYSTEM, Actor, Denied, Hidden, Refused
from onevisit.identity.records import Reading
from onevisit.ledger import queries as ledger
from onevisit.ledger.models import Event
from onevisit.notices import actions, queries
from onevisit.notices.actions import NewNotice
from onevisit.notices.models import Notice
from onevisit.notices.sheets import Decision, Defect, OneTimeNotice, Receipt, Row, Sheet
from onevisit.papers import keys, signing
from onevisit.papers.models import StoredFile

TO, CASE = str(uuid4()), str(uuid4())
OWNER = Actor(str(uuid4()), "applicant", person=TO)
FIRM = str(uuid4())
MANAGER = Actor(str(uuid4()), "applicant", person=TO, organisation=FIRM)
STRANGER = Actor(str(uuid4()), "applicant", person=str(uuid4()))
OFFICER = Actor(str(uuid4()), "officer", person=str(uuid4()))
NUMBER = "11340304003100002B3000123450000020260302" + "0001"
OFFICE = "禹会区市场监督管理局（演示）"

RECEIPT = Receipt(
    "小店许可", NUMBER, "张晓月（演示）", OFFICE, date(2026, 3, 2), date(2026, 3, 9), "承诺5个工作日", 0, "全程网上办",
    (Row("营业场所证明", "已调取", "住建局"),), ("受理后马上通知您。",), (Row("咨询电话", "0552-0000001（演示）"),), "3",
)  # fmt: skip
REFUSAL = Decision(
    "小店许可", NUMBER, "张晓月（演示）", OFFICE, False, date(2026, 3, 2), date(2026, 3, 5),
    (Row("《示例法》第二条", "面积不足20平方米。"),), opinion="现场丈量为18平方米。",
)  # fmt: skip
GRANT = replace(REFUSAL, granted=True, opinion="", results=(Row("有效期", "5年"),))
ONE_TIME = OneTimeNotice(
    "小店许可", NUMBER, "张晓月（演示）", OFFICE, date(2026, 3, 2), date(2026, 3, 31),
    (
        Defect("租赁合同", "没有签名", "签名后重新上传", "《示例法》第三条"),
        Defect("面积", "没有填写", "按合同填写", "《示例法》第二条"),
    ),
)  # fmt: skip


def new(kind: str = "accepted", sheet: Sheet | None = None, **changes: str) -> NewNotice:
    made = NewNotice(CASE, TO, kind, "您的小店许可已受理", f"/cases/{CASE}", "最晚3月9日办结。", sheet=sheet)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _now(clock: Callable[[str], None]) -> None:
    clock("2026-03-02T10:00")


def text_of(content: bytes, tmp_path: Path) -> str:
    (tmp_path / "paper.pdf").write_bytes(content)
    shown = subprocess.run(["pdftotext", "-layout", tmp_path / "paper.pdf", "-"], capture_output=True, check=True)
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


SHOWN: dict[str, tuple[Sheet, str]] = {
    "receipt": (
        RECEIPT,
        "收件凭证 最晚2026年3月9日办结 承诺5个工作日 全程网上办 营业场所证明 已调取 受理后马上通知您。 规程版本3",
    ),
    "decision": (
        REFUSAL,
        "不予办理决定书 张晓月（演示）： 面积不足20平方米。 《示例法》第二条 现场丈量为18平方米。 2026年3月5日"
        " 60日内 行政复议 6个月内 行政诉讼",
    ),
    "one_time": (ONE_TIME, "一次性告知书 还有2处要补正 2026年3月31日以前 租赁合同 按合同填写 《示例法》第三条 经办人："),
}


@pytest.mark.parametrize("kind", SHOWN)
def test_a_paper_says_what_the_law_asks_for(db: None, tmp_path: Path, kind: str) -> None:
    sheet, said = SHOWN[kind]
    printed = text_of(actions.file_of(OWNER, actions.tell(SYSTEM, new(kind, sheet)).id), tmp_path)
    for part in (*said.split(), NUMBER, OFFICE, "示例", "第1页，共1页"):
        assert part in printed, part


def test_a_grant_says_its_content_and_no_remedies(db: None, tmp_path: Path) -> None:
    printed = text_of(actions.file_of(OWNER, actions.tell(SYSTEM, new("decision", GRANT)).id), tmp_path)
    assert "准予办理决定书" in printed
    assert "有效期5年" in printed
    assert "行政复议" not in printed


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
    for part in SHOWN["receipt"][1].split():
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
