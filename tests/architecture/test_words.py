"""Words: every table is in the glossary; nothing of a pack is in the product; the lock file names no address."""

import ast
import re

import pytest
from django.apps import apps
from ruamel.yaml import YAML

from onevisit.settings import ROOT, SOURCE

GLOSSARY = ROOT / "docs" / "glossary.md"
HOUSE_WORDS = {
    "act", "object", "name", "number", "phone", "address", "price", "relation", "area", "special", "relief", "buyer",
    "firm", "credit_code", "identity", "contract", "purpose", "will", "loss", "vat", "signed", "opened", "effective",
    "account", "bank_account", "class", "driver", "issued", "licence", "mandate", "register", "term", "unit", "who",
}  # fmt: skip
"""Ids in packs that are words of the house or of the language as well; a longer id is a pack's alone."""


def rows() -> list[tuple[str, str, str]]:
    """Chinese, code names, room."""
    lines = [line.strip().strip("|").split("|") for line in GLOSSARY.read_text().splitlines() if line.startswith("| ")]
    return [(chinese.strip(), *(part.strip() for part in code.rsplit("·", 1))) for chinese, code in lines[1:]]


MODELS = [model for model in apps.get_models() if model.__module__.startswith("onevisit.")]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_is_in_the_glossary(model):
    named = {(word, room.split(".")[0]) for _, code, room in rows() for word in re.findall(r"\w+", code)}
    assert (model.__name__, model._meta.app_label) in named


def test_the_glossary_says_each_word_once_and_in_chinese():
    chinese = [row[0] for row in rows()]
    assert len(chinese) == len(set(chinese)) > 80
    assert not [word for word in chinese if not re.search(r"[一-鿿]", word)]


def packs() -> list[dict]:
    return [YAML(typ="safe").load(path) for path in sorted((ROOT / "packs").glob("*/standards/*.yaml"))]


def test_no_pack_is_named_in_the_product():
    codes = {pack["item"]["key"] for pack in packs()} | {path.name for path in (ROOT / "packs").iterdir()}
    named = re.compile(rf"(?<![\w-])(?:{'|'.join(re.escape(code) for code in sorted(codes))})(?![\w-])")
    files = [path for path in SOURCE.rglob("*") if path.suffix in (".py", ".html", ".js", ".css")]
    assert codes
    assert not [path.name for path in files if named.search(path.read_text(encoding="utf-8"))]


def test_no_field_of_a_pack_is_named_in_the_product():
    kinds = ("form", "questions", "materials", "results")
    ids = {part["id"] for pack in packs() for kind in kinds for part in pack.get(kind, ())} - HOUSE_WORDS
    found = {path.name: literals(path.read_text(encoding="utf-8")) & ids for path in SOURCE.rglob("*.py")}
    assert ids
    assert not {name: words for name, words in found.items() if words}
    templates = {
        path.name: set(re.findall(r"\w+", path.read_text())) & {i for i in ids if "_" in i} for path in SOURCE.rglob("*.html")
    }
    assert not {name: words for name, words in templates.items() if words}


def literals(text: str) -> set[str]:
    return {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_the_lock_file_names_no_address():
    assert "://" not in (ROOT / "requirements.lock").read_text()
