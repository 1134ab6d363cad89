"""What the province's registers hold about the demo people: `standins/data/*.yaml` (one a resource), `data/demo_people.csv`."""

import csv
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

DEMO_SOURCE = "（演示数据）"


@dataclass(frozen=True)
class Entry:
    """What a register says of one subject, if the question's other parts are `when`."""

    subject: str
    when: Mapping[str, str]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Register:
    """One resource: who keeps it, and its entries."""

    resource: str
    source: str
    entries: tuple[Entry, ...]

    def find(self, subject: str, params: Mapping[str, str]) -> Mapping[str, Any] | None:
        """What is written about the subject, None if nothing is."""
        mine = (entry for entry in self.entries if entry.subject == subject)
        return next((entry.values for entry in mine if all(params.get(k) == v for k, v in entry.when.items())), None)


def load(folder: Path, people_file: Path) -> dict[str, Register]:
    """Every register by its resource id. Entries that are not marked 演示 are refused."""
    with people_file.open(encoding="utf-8", newline="") as file:
        people = {row["key"]: row for row in csv.DictReader(file)}
    documents = (YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml")))
    found = {document["resource"]: _register(document, people) for document in documents}
    dead = {entry.when["other_number"] for entry in found["police.death"].entries}
    return {**found, "police.person": _persons(people, dead), "market.enterprise": _firms(people)}


def _persons(people: Mapping[str, Mapping[str, str]], dead: Set[str]) -> Register:
    """The population register: everybody of the demo city."""
    rows = [{"name": p["name"], "number": p["number"], "alive": p["number"] not in dead} for p in people.values()]
    return Register("police.person", f"公安局{DEMO_SOURCE}", tuple(Entry(str(row["number"]), {}, row) for row in rows))


def _firms(people: Mapping[str, Mapping[str, str]]) -> Register:
    rows = ({"name": p["organisation"], "credit_code": p["credit_code"]} for p in people.values() if p["credit_code"])
    return Register("market.enterprise", f"市场监督管理局{DEMO_SOURCE}", tuple(Entry(r["credit_code"], {}, r) for r in rows))


def _register(document: Mapping[str, Any], people: Mapping[str, Mapping[str, str]]) -> Register:
    if not str(document["note"]).startswith("演示"):
        raise ValueError(f"{document['resource']}: 没有标明演示")
    return Register(document["resource"], f"{document['source']}{DEMO_SOURCE}", tuple(_entries(document["entries"], people)))


def _entries(rows: Sequence[Mapping[str, Any]], people: Mapping[str, Mapping[str, str]]) -> Iterator[Entry]:
    for row in rows:
        who = people[row["who"]]
        told = row.get("when", {}).items()
        when = {name: people[value[1:]]["number"] if value.startswith("@") else value for name, value in told}
        yield Entry(who["credit_code"] if row.get("as") == "firm" else who["number"], when, row["values"])
