"""The base catalogue (基本目录) and the words by which its rows are found."""

import csv
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused, Target
from onevisit.catalogue import misses, packs, phrases, search
from onevisit.catalogue.models import BaseItem, Miss
from onevisit.catalogue.wordlist import wordlist
from onevisit.city.models import Department
from onevisit.ledger import actions as ledger
from onevisit.ledger.actions import Entry

AUDIENCES: Mapping[str, list[str]] = {"both": ["person", "organisation"], "person": ["person"], "organisation": ["organisation"]}


@transaction.atomic
def load_base_items(actor: Actor, path: Path | None = None) -> int:
    """The base catalogue (基本目录) is there as the table says; how many rows it has. Rows that exist keep their key and code."""
    access.require(actor, Duty.GUIDE_PUBLISH, Target("catalogue"))
    with (path or settings.DATA / "base_items.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    known = set(Department.objects.values_list("pk", flat=True))
    lacking = sorted({row["department"] for row in rows} - known)
    if lacking:
        raise Refused("no-department", f"本市还没有这些部门：{'、'.join(lacking)}。", "请先建立城市，再装入基本目录。")
    kept = BaseItem.objects.in_bulk([row["key"] for row in rows], field_name="key")
    for row in rows:
        item = kept.get(row["key"]) or BaseItem(key=row["key"])
        _describe(item, row)
        index(item)
    return len(rows)


def _describe(item: BaseItem, row: Mapping[str, str]) -> None:
    item.name, item.type, item.department_id = row["name"], row["type"], row["department"]
    item.basis = [] if row["basis"] == "?" else [phrases.cited(row["basis"])]
    item.theme, item.levels, item.audience = [row["theme"]], row["levels"].split(), AUDIENCES[row["audience"]]
    item.handling, item.legal_days = row["handling"], int(row["legal_days"]) if row["legal_days"] else None
    item.words = list(dict.fromkeys([*row["words"].split(), *wordlist().items.get(row["key"], ()), *item.words]))
    item.source = f"base_items.csv：{row['note']}"


def index(item: BaseItem) -> None:
    """The row is saved, found by its name, its words and what stands around it."""
    item.indexed_at = settings.REAL_CLOCK()
    item.save()


@transaction.atomic
def add_word(actor: Actor, key: str, word: str) -> tuple[str, ...]:
    """People's word is the item's and finds it at once; log lines that asked for it are settled. All words of the item."""
    item = BaseItem.objects.select_for_update().filter(key=key).first()
    if item is None:
        raise Refused("no-item", f"基本目录里没有事项“{key}”。", "请先选一个事项。")
    access.require(actor, Duty.GUIDE_DRAFT, Target("item", id=key, item=key, department=item.department_id))
    said = misses.kept(word)
    if not 2 <= len(said) == len(search.normal(word)):
        raise Refused("no-word", "说法要有2到40个字，不能有号码。", "请改成大家平常的说法。")
    Miss.objects.filter(words=said, settled="").update(settled=key)
    if said not in item.words:
        item.words = [*item.words, said]
        index(item)
        facts = {"item": key, "word": packs.digest({"word": said})}
        ledger.append(ledger.open_stream("item"), actor, [Entry("item.word-added", facts)])
    return tuple(item.words)
