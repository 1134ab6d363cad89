"""What is read of a form in HTML: every text, in blocks, whatever the markup, in a time that grows with its length only."""

import time

import pytest
from django.conf import settings

from onevisit.catalogue.documents import blocks, forms

ODD = {
    "<p>甲</p><![<": ["甲", "<![<"],
    "<![if !supportLists]>甲<![endif]>": ["甲"],
    "</script><p>甲</p>": ["甲"],
    "<title>题<p>甲</p>": ["甲"],
    "<div>甲</div><section>乙</section>丙<span>丁</span>": ["甲", "乙", "丙丁"],
    "<p>甲<p>乙": ["甲", "乙"],
    "<p>甲<br>乙 <b>丙</b></p>": ["甲", "乙 丙"],
    "<ul><li>甲<ul><li>乙</ul>丙</ul>": ["甲", "乙", "丙"],
    "<table><caption>甲<tr><td>乙</table><h4>丙</h4>": ["甲乙", "丙"],
    "<td>甲": ["甲"],
    "<p>&#x110000;甲&amp;乙</p>": ["\ufffd甲&乙"],
    "<style>p {}</STYLE><!-- 略 --><script>略</script>甲": ["甲"],
    "<!-- 甲<p>乙": ["<!-- 甲", "乙"],
}


@pytest.mark.parametrize("html", ODD)
def test_no_text_is_lost_and_nothing_is_a_fault(html: str) -> None:
    assert [one.text for one in blocks.blocks(html)] == ODD[html]


def test_cells_stay_where_they_are_and_empty_ones_are_kept_to_be_filled_in() -> None:
    (table,) = blocks.blocks("<table><tr><th>姓名</th><td></td></tr><tr><td><p>甲</p><p>乙</p></td></tr></table>")
    assert table.cells == [["姓名", ""], ["甲 乙"]]


@pytest.mark.parametrize(
    "part", ["<!--", "<a ", "</", "<![", "<", '<a a="', "&#", "<script>", "<b>甲", "<table><td>", "<td>甲<br>"]
)
def test_a_hostile_file_is_read_in_one_pass(part: str) -> None:
    html = "<table>" + part * (500_000 // len(part))
    begun = time.process_time()
    blocks.blocks(html)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("甲.html", "<p>甲</p>", ""),
        ("rent_form-2.htm", "甲", ""),
        ('x";a="b.html', "甲", "文件名"),
        ("../甲.html", "甲", "文件名"),
        ("甲.docx", "甲", "文件名"),
        ("甲.html\n", "甲", "文件名"),
        ("n" * 91 + ".html", "甲", "文件名"),
        ("空.html", "<p> </p><table><tr><td></td></tr></table>", "没有读到文字"),
    ],
)
def test_what_can_be_a_form_is_told_by_its_name_and_its_text(name: str, content: str, reason: str) -> None:
    said = forms.readable(name, content.encode())
    assert reason in said
    assert bool(said) == bool(reason)


def test_a_file_that_is_no_text_is_no_form() -> None:
    assert "UTF-8" in forms.readable("甲.html", "<p>甲</p>".encode("gb18030"))
    assert "UTF-8" in forms.readable("甲.html", b"PK\x03\x04" + bytes(range(256)))


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert "超过2 MB" in forms.readable("甲.html", b"a" * 2_000_001)
    assert forms.readable("甲.html", b"a" * 2_000_000) == ""


def test_every_form_of_the_packs_could_be_brought_by_hand() -> None:
    files = sorted(settings.PACKS.rglob("*.html"))
    assert files
    assert {one.name: forms.readable(one.name, one.read_bytes()) for one in files} == {one.name: "" for one in files}
