"""Licence types as packs bring them: read whole, or refused with the place."""

from pathlib import Path

import pytest

from onevisit.licences import packs
from onevisit.settings import PACKS

HEAD = "format: onevisit-licences/1\nlicences:\n"


@pytest.mark.parametrize("path", sorted(PACKS.glob("*/licences.yaml")), ids=lambda path: path.parent.name)
def test_every_pack_of_ours_reads(path: Path) -> None:
    assert all(one.fields and one.name for one in packs.read(path))


def test_a_type_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "licences.yaml"
    path.write_text(HEAD + "  - {type: a, name: 甲证, issuer: tax, valid_years: 3, fields: [{label: 姓名, from: holder}]}\n")
    (read,) = packs.read(path)
    assert (read.key, read.name, read.department, read.valid_years) == ("a", "甲证", "tax", 3)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "format"),
        ("format: x\nlicences: []", "format"),
        (HEAD + "  - {type: a, name: b, issuer: c}", r"licences\[0\]"),
        (HEAD + "  - {type: a, name: b, issuer: c, fields: [], colour: red}", r"licences\[0\]"),
        (HEAD + "  - {type: a, name: b, issuer: c, fields: [{label: x}]}", r"fields\[0\]"),
        (HEAD + "  - {type: a, name: b, issuer: c, fields: [{label: x, from: guess}]}", "guess"),
        ("a: [", "读不出来"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "licences.yaml"
    path.write_text(text)
    with pytest.raises(packs.Unreadable, match=where):
        packs.read(path)
