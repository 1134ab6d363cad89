"""A pack is read whole, or every fault of it is named with file and line."""

from pathlib import Path

import pytest
from django.conf import settings
from tests.catalogue.town import STANDARD, small_pack

from onevisit.catalogue import packs


def test_a_pack_is_read_whole(tmp_path: Path) -> None:
    pack = small_pack(tmp_path)
    assert [one.standard.item.key for one in pack.definitions] == ["shop-permit"]
    assert [one.id for one in pack.register.shared] == ["police.person"]
    assert pack.words == {"shop-permit": ("开小铺", "摆摊开店"), "": ("食品", "吃的")}


def test_the_version_is_of_all_files_and_of_nothing_else(tmp_path: Path) -> None:
    first = small_pack(tmp_path)
    assert small_pack(tmp_path).version == first.version
    (tmp_path / "shop-permit" / ".draft").write_text("unfinished")
    assert packs.load(tmp_path / "shop-permit").version == first.version
    (tmp_path / "shop-permit" / "note.txt").write_text("a sample")
    assert packs.load(tmp_path / "shop-permit").version != first.version


def test_the_content_hash_ignores_layout_and_sees_every_word(tmp_path: Path) -> None:
    first = small_pack(tmp_path).definitions[0]
    again = small_pack(tmp_path, STANDARD + "\n# a comment\n").definitions[0]
    other = small_pack(tmp_path, STANDARD.replace("promised: 5", "promised: 4")).definitions[0]
    assert again.content_hash == first.content_hash != other.content_hash


def test_what_is_stored_reads_back_the_same(tmp_path: Path) -> None:
    standard = small_pack(tmp_path).definitions[0].standard
    again = packs.definition(packs.written(standard))
    assert again == standard
    assert [list(one.options) for one in again.questions] == [list(one.options) for one in standard.questions]


def test_every_fault_is_named_with_file_and_line(tmp_path: Path) -> None:
    wrong = STANDARD.replace("needs: [decide]", "needs: [nowhere]").replace("legal: 20", "legal: soon")
    with pytest.raises(packs.BadPack) as caught:
        small_pack(tmp_path, wrong)
    lines = wrong.split("\n")
    places = [lines.index(one) + 1 for one in lines if "soon" in one or "nowhere" in one]
    assert [fault.split("：")[0] for fault in caught.value.faults] == [f"standard.yaml:{place}" for place in places]


def test_a_folder_without_a_definition_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(packs.BadPack, match="没有找到事项定义"):
        packs.load(tmp_path)
    with pytest.raises(packs.BadPack, match="没有这个文件夹"):
        packs.load(tmp_path / "nowhere")


def test_text_that_is_no_utf8_and_rules_that_are_no_json_are_named(tmp_path: Path) -> None:
    small_pack(tmp_path)
    folder = tmp_path / "shop-permit"
    (folder / "words.yaml").write_bytes("词: [店]".encode("gb18030"))
    (folder / "rules").mkdir()
    (folder / "rules" / "fee.json").write_text("{")
    with pytest.raises(packs.BadPack) as caught:
        packs.load(folder)
    assert [fault.split("：")[0] for fault in caught.value.faults] == ["rules/fee.json", "words.yaml"]


@pytest.mark.parametrize("path", sorted(one for one in settings.PACKS.iterdir() if one.is_dir()), ids=lambda path: path.name)
def test_every_pack_of_the_house_loads(path: Path) -> None:
    assert packs.load(path).definitions
