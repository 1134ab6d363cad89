"""What people read is written as people are to be written to (UX check 10): punctuation, wording, dates, units, no shouting."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from onevisit.catalogue import packs
from onevisit.core import wording
from onevisit.settings import SOURCE

FOLDERS = [SOURCE / "channels" / name for name in ("ui", "portal", "workbench")]
TEMPLATES = sorted(path for folder in FOLDERS for path in folder.rglob("*.html"))
MODULES = sorted(path for folder in FOLDERS for path in folder.rglob("*.py"))
HALF_WIDTH = re.compile(r"[一-鿿][,:;()?!][一-鿿]")
SPACED = re.compile(r"[一-鿿] [0-9A-Za-z]|[0-9A-Za-z] [一-鿿]")
OFFICE = re.compile("流转|节点|办结态|系统繁忙|用户|点击|贵方|你(?!好)|！|!(?!=)")
DATES = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}/\d{1,2}")


def seen(path: Path) -> str:
    """What of a template people read: no tags, no comments; a value that is put in stands as □."""
    text = re.sub(r"{#.*?#}|{%.*?%}", "", path.read_text(encoding="utf-8"))
    text = re.sub(r"{{.*?}}", "□", text)
    text = re.sub(r"</?(?:b|a|small|span|i)\b[^>]*>", "", text)
    labels = re.findall(r'(?:aria-label|placeholder|alt|title)="([^"]*)"', text)
    return "\n".join([re.sub(r"<[^>]*>", "\n", text), *labels])


def spoken(path: Path) -> str:
    """The Chinese sentences in a module's strings, docstrings left out."""
    source = re.sub(r'"""[\s\S]*?"""', "", path.read_text(encoding="utf-8"))
    strings = re.findall(r'f?"((?:[^"\\\n]|\\.)*)"', source)
    return "\n".join(re.sub(r"{[^{}]*}", "□", one) for one in strings if re.search("[一-鿿]", one))


def faults(text: str) -> list[str]:
    """What is wrong with a text for people."""
    found = [match[0] for rule in (HALF_WIDTH, SPACED, OFFICE, DATES) for match in rule.finditer(text)]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return found + [one.words for line in lines for one in wording.judge(line, "text")]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_speaks_to_people(path: Path) -> None:
    assert faults(seen(path)) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_module_speaks_to_people(path: Path) -> None:
    assert faults(spoken(path)) == []


def test_the_script_speaks_to_people() -> None:
    text = (FOLDERS[0] / "static" / "ui" / "ov.js").read_text(encoding="utf-8")
    said = "\n".join(re.findall(r"[\"`]([^\"`\n]*[一-鿿][^\"`\n]*)[\"`]", text))
    assert "已自动保存" in said
    assert faults(re.sub(r"\${[^}]*}", "□", said)) == []


@pytest.mark.parametrize("pack", sorted(path for path in settings.PACKS.iterdir() if path.is_dir()), ids=lambda path: path.name)
def test_a_guide_has_no_half_width_marks_between_characters(pack: Path) -> None:
    for definition in packs.load(pack).definitions:
        texts = [text for _, _, text in wording.texts(definition.standard) if text]
        assert [text for text in texts if HALF_WIDTH.search(text)] == []


@pytest.mark.parametrize("wrong", ["您好,世界", "共 3份", "请点击", "好！", "2026-03-02前", "请交其他材料", "身份证、户口簿等"])
def test_the_rules_find_what_they_are_for(wrong: str) -> None:
    assert faults(wrong) != []


def test_templates_know_no_field_of_a_pack() -> None:
    """Portal and widgets are generic: no field, question, material or step of any pack is named in them."""
    found = [d.standard for pack in settings.PACKS.iterdir() if pack.is_dir() for d in packs.load(pack).definitions]
    known = (
        {f.id for s in found for f in s.form}
        | {q.id for s in found for q in s.questions}
        | {m.id for s in found for m in s.materials}
    )
    own = {"name", "number", "phone", "address", "act", "purpose", "who", "account", "seller", "buyer", "state", "unit"}
    texts = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES}
    used = {(name, word) for name, text in texts.items() for word in re.findall(r"(?<=[.\"'])[a-z_]+(?=[\"'\s|}])", text)}
    named = {(name, word) for name, word in used if word in known - own}
    assert named == set()
