"""How a pack says which shared data there are: the register (`shared:`) names them, `connectors.yaml` says how each is asked;
and which department's own system decides an item that is `pushed` (its `systems`).

A resource that only one of the two files knows, an unknown key or a type nobody knows is a fault, told with its place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onevisit.catalogue.packs import BadPack, Pack
from onevisit.core.definition import Standard
from onevisit.core.offers import SharedSource
from onevisit.sharing.answers import TYPES

FORMAT = "onevisit-connectors/1"
KEYS = frozenset({"id", "peer", "path", "mode", "subject", "params", "freshness", "basis", "fields", "ground"})
SYSTEM_KEYS = frozenset({"item", "department", "name", "peer", "path", "division"})
LONGEST_PEER = 30
FIELD_KEYS = frozenset({"id", "name", "type", "options", "fields"})
SECONDS = re.compile(r"[1-9][0-9]{0,8}")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "mode": ("fetch", "verify"),
    "subject": ("person", "organisation", "any"),
    "ground": ("duty", "consent", "separate"),
}


@dataclass(frozen=True)
class NewResource:
    """A resource as a pack describes it."""

    word: str
    name: str
    provider: str
    peer: str
    path: str
    mode: str
    subject: str
    params: tuple[str, ...]
    fields: tuple[Mapping[str, Any], ...]
    basis: tuple[Mapping[str, str], ...]
    ground: str
    freshness: int


@dataclass(frozen=True)
class NewSystem:
    """A department's own system as a pack describes it: what decides which item, how it is called, where it is asked."""

    item: str
    department: str
    name: str
    peer: str
    path: str
    division: str = ""


@dataclass(frozen=True)
class Wish:
    """What an item wants to know of a resource: the data, and the basis of the materials that they replace."""

    item: str
    resource: str
    data: tuple[str, ...]
    basis: tuple[Mapping[str, str], ...]


def read(pack: Pack) -> tuple[NewResource, ...]:
    """The resources of a pack; raises `BadPack` with every fault."""
    document = pack.documents.get("connectors") or {"format": FORMAT, "resources": []}
    known = {source.id: source for source in pack.register.shared}
    rows = document.get("resources") if isinstance(document, Mapping) and document.get("format") == FORMAT else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise BadPack([f"connectors.yaml：要以“format: {FORMAT}”开头，resources是一个列表。"])
    faults = [f"connectors.yaml：{row.get('id')}：{fault}" for row in rows for fault in _faults(row, known)]
    described = {row.get("id") for row in rows}
    faults += [f"connectors.yaml：缺少“{word}”，登记册里有这项共享数据。" for word in known if word not in described]
    if faults:
        raise BadPack(faults)
    return tuple(_resource(row, known[row["id"]]) for row in rows)


def systems(pack: Pack) -> tuple[NewSystem, ...]:
    """The departments' systems of a pack; raises `BadPack` for a wrong one, and for a pushed item that none decides."""
    document = pack.documents.get("connectors") or {}
    rows = document.get("systems", ()) if isinstance(document, Mapping) else ()
    rows = [row if isinstance(row, Mapping) else {} for row in rows]
    faults = [f"connectors.yaml：systems：{row.get('item')}：{fault}" for row in rows for fault in _system_faults(row)]
    pushed = {one.standard.item.id for one in pack.definitions if one.standard.handled_in == "pushed"}
    lacking = sorted(pushed - {str(row.get("item")) for row in rows})
    faults += [f"connectors.yaml：systems里缺少“{item}”，它由部门自己的系统办理。" for item in lacking]
    if faults:
        raise BadPack(faults)
    return tuple(NewSystem(**{key: str(value) for key, value in row.items()}) for row in rows)


def _system_faults(row: Mapping[str, Any]) -> Iterator[str]:
    unknown, missing = set(row) - SYSTEM_KEYS, SYSTEM_KEYS - {"division"} - set(row)
    if unknown or missing:
        yield f"多了或者少了：{'、'.join(sorted(map(str, unknown | missing)))}。"
    elif not str(row["path"]).startswith("/") or len(str(row["peer"])) > LONGEST_PEER:
        yield f"path以/开头，peer最长{LONGEST_PEER}个字。"


def wishes(standard: Standard, resources: Mapping[str, Sequence[str]]) -> tuple[Wish, ...]:
    """What a standard wants of each resource (id -> all its data): what its fields take, or all if only a material wants it."""
    wanted: dict[str, list[str]] = {}
    for name in _sources(standard):
        word, _, datum = name.rpartition(".")
        if word in resources:
            wanted.setdefault(word, []).append(datum)
    basis: dict[str, list[Mapping[str, str]]] = {}
    for material in standard.materials:
        word = material.source.removeprefix("shared:")
        if material.source.startswith("shared:") and word in resources:
            wanted.setdefault(word, [])
            basis.setdefault(word, []).extend({"law": b.law, "article": b.article, "text": b.text} for b in material.basis)
    return tuple(
        Wish(standard.item.id, word, tuple(dict.fromkeys(data or resources[word])), tuple(basis.get(word, ())))
        for word, data in wanted.items()
    )


def _sources(standard: Standard) -> Iterator[str]:
    for field in standard.form:
        for each in (field, *field.fields):
            if each.source.startswith("shared:"):
                yield each.source.removeprefix("shared:")


def _faults(row: Mapping[str, Any], known: Mapping[str, SharedSource]) -> Iterator[str]:
    if row.get("id") not in known:
        yield "登记册里没有这项共享数据。"
    unknown, missing = set(row) - KEYS, KEYS - {"ground", "params"} - set(row)
    if unknown or missing:
        yield f"多了或者少了：{'、'.join(sorted(unknown | missing))}。"
        return
    for key, words in CHOICES.items():
        if row.get(key, words[0]) not in words:
            yield f"{key}只能是{'、'.join(words)}之一。"
    if not str(row["path"]).startswith("/") or not SECONDS.fullmatch(str(row["freshness"])) or not row["basis"]:
        yield "path以/开头，freshness是正整数秒数，basis不能空。"
    for field in row["fields"]:
        yield from _field_faults(field)


def _field_faults(field: Mapping[str, Any]) -> Iterator[str]:
    if set(field) - FIELD_KEYS or {"id", "name", "type"} - set(field):
        yield f"字段{field.get('id')}：多了或者少了内容。"
    elif field["type"] not in TYPES:
        yield f"字段{field['id']}：没有“{field['type']}”这种类型。"
    elif field["type"] in ("choice", "choices") and not field.get("options"):
        yield f"字段{field['id']}：缺少options。"
    for inner in field.get("fields", ()):
        yield from _field_faults(inner)


def _resource(row: Mapping[str, Any], source: SharedSource) -> NewResource:
    return NewResource(
        word=source.id, name=source.name, provider=source.provider, peer=row["peer"], path=row["path"], mode=row["mode"],
        subject=row["subject"], params=tuple(row.get("params", ())), fields=tuple(row["fields"]), basis=tuple(row["basis"]),
        ground=row.get("ground", "duty"), freshness=int(row["freshness"]),
    )  # fmt: skip
