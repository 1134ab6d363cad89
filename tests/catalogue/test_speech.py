"""The guide as it is spoken: short sentences, nothing that can't be read aloud, all that the page says."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue import shelf
from tests.catalogue.town import STANDARD, offered, small_city

from onevisit.catalogue import guide, speech

UNREADABLE = re.compile(r"[0-9０-９《》“”（）()%％/;；:：~～\-—²<>{}]")
WHOLE = 90
"""Characters of a clause that has no comma, at most."""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("承诺时限：2个工作日", "承诺时限，两个工作日"),
        ("12,345.60元", "一万二千三百四十五元六角"),
        ("2元", "两元"),
        ("12元", "十二元"),
        ("0.05元", "零元五分"),
        ("咨询0552-3110012", "咨询零五五二，三幺幺零零幺二"),
        ("拨打12345。", "拨打幺二三四五。"),
        ("手机15400000001", "手机幺五四零零零零零零零幺"),
        ("09:00-11:30", "九点到十一点三十分"),
        ("2016年2月1日", "二零一六年二月一日"),
        ("满2年", "满二年"),
        ("第2步，第2次", "第二步，第二次"),
        ("“由谁取得？”选“个人”时要", "由谁取得，选个人时要"),
        ("国办发〔2020〕53号", "国办发二零二零年第五十三号"),
        ("3%到1.5%", "百分之三到百分之一点五"),
        ("90平方米，120m²", "九十平方米，一百二十平方米"),
        ("A4，2份", "A四纸，两份"),
        ("3-5天", "三到五天"),
        ("123456789", "一二三四五六七八九"),
        ("12,345,678,901,234,567,890", "一二，三四五，六七八，九零一，二三四，五六七，八九零"),
        ("身份证（原件）；户口簿", "身份证，原件。户口簿"),
    ],
)
def test_figures_are_written_as_they_are_read(written: str, read: str) -> None:
    assert speech.read(written) == read


@given(st.text(max_size=200))
def test_whatever_is_written_can_be_read(text: str) -> None:
    said = list(speech.cut(speech.read(text)))
    assert all(re.fullmatch(r".*[。？]", one, re.DOTALL) for one in said)
    assert not [one for one in said if re.search(r"[0-9]", one)]


@pytest.mark.parametrize("pack", shelf.PACKS)
def test_every_guide_is_short_plain_sentences(db: None, pack: str) -> None:
    shelf.furnish()
    for item in shelf.offered(pack):
        told = guide.guide(item, {})
        *said, last = speech.sentences(told)
        assert not [one for one in said if UNREADABLE.search(one)], item.key
        assert not [one for one in said if len(one) > WHOLE], item.key
        assert all(one.endswith(("。", "？")) for one in said), item.key
        assert f"第{'一二三四五'[told.version - 1]}版" in last
        assert "".join(last.split()).endswith(f"校验码是{told.content_hash[:12]}。")


def test_everything_that_the_page_says_is_said(db: None, tmp_path: Path) -> None:
    small_city()
    text = speech.spoken(guide.guide(offered(tmp_path), {}))
    for needed in (
        "下面是近山县小店经营许可的办事指南", "近山县市场监督管理局办理", "网上办，一次也不用跑", "窗口办，最多跑一次",
        "个人、企业和其他单位可以办，要符合下面的条件", "您已满十八周岁", "材料最多要您交两份，我们最多来取一份",
        "居民身份证，由我们来取，不用您准备", "健康证明，要您交", "守法经营承诺书，只要您写一份承诺", "承诺时限，五个工作日",
        "许可费，不收费", "办好以后，您得到小店经营许可证", "办理一共有五步", "第一步", "也可以到近山县政务服务大厅办",
        "周一至周五九点到十七点", "咨询电话，零五五二", "投诉电话，幺二三四五", "有人问，要等多久？", "回答，五个工作日以内",
    ):  # fmt: skip
        assert needed in text, (needed, text)


def test_a_situation_is_said_and_its_papers_are_not_the_most(db: None, tmp_path: Path) -> None:
    small_city()
    item = offered(tmp_path, STANDARD)
    text = speech.spoken(guide.guide(item, {"food": "no"}))
    assert "您的情况是，卖不卖食品？" in text
    assert "材料要您交一份" in text
    assert "健康证明" not in text
