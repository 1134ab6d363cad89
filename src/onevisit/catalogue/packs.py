"""Reading a pack (`packs/<name>/`): what the city offers, as data. Files in, frozen values out, every fault with file and line.

Files are told apart by what they say, not where they lie: definition (`item:`), offer, register, matter. Rules are JSON below
`rules/`, people's words in `pack.yaml`, example cases YAML below `cases/`; any other YAML is handed on by its name. One version
id, the hash of all files, stands for the pack in every room that loads a part of it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from onevisit.core import chain, reading
from onevisit.core.definition import FORMAT, Standard
from onevisit.core.offers import Offer, Register
from onevisit.core.reading import Reading
from onevisit.core.source import NotYaml, parse
from onevisit.ledger import suite

YAML = (".yaml", ".yml")
FORMS = "forms/"
SIZE = 2_000_000
"""Bytes that one file of a pack may have."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One standard of a pack, as it was written and as it was read, with the forms and samples that it names."""

    path: str
    text: str
    standard: Standard
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def content_hash(self) -> str:
        """The hash of what the definition and its forms say, whatever its layout or comments."""
        return content_hash(reading.to_json(self.standard), self.files)


@dataclass(frozen=True)
class Pack:
    """A folder, read. `documents` are the YAML files that other rooms take by name, `files` all else; `readings` are linted."""

    name: str
    version: str
    definitions: tuple[Definition, ...]
    offers: tuple[Offer, ...]
    register: Register
    rules: Mapping[str, Mapping[str, Any]]
    words: Mapping[str, tuple[str, ...]]
    cases: tuple[Mapping[str, Any], ...]
    documents: Mapping[str, Any]
    files: Mapping[str, bytes]
    readings: tuple[Reading, ...]


class BadPack(Exception):
    """A pack that can't be loaded: every fault as a line `file:line: message`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def load(path: Path) -> Pack:
    """The pack in the folder `path`; raises `BadPack` with every fault found."""
    if not path.is_dir():
        raise BadPack([f"{path}：没有这个文件夹，请给出packs下面的一个文件夹。"])
    contents = {str(one.relative_to(path)): one.read_bytes() for one in _files(path)}
    reader = _Reader()
    for name, content in contents.items():
        reader.take(name, content)
    reader.settle()
    if not reader.definitions:
        reader.faults.append(f"{path}：没有找到事项定义（以“format: {FORMAT}”开头、有item的YAML文件）。")
    if reader.faults:
        raise BadPack(reader.faults)
    digests = {name: suite.GM.digest(content).hex() for name, content in contents.items()}
    return Pack(
        name=path.name, version=digest(digests), definitions=tuple(reader.definitions),
        offers=tuple(reader.offers), register=_merged(reader.registers), rules=reader.rules, words=_words(reader),
        cases=tuple(reader.cases), documents=reader.documents, files=reader.files, readings=tuple(reader.readings),
    )  # fmt: skip


def content_hash(content: Mapping[str, Any], files: Mapping[str, bytes]) -> str:
    """The hash of a definition (as JSON) and its forms and samples."""
    return digest({"definition": content, "files": {name: suite.GM.digest(files[name]).hex() for name in files}})


def digest(facts: Mapping[str, Any]) -> str:
    """The SM3 hash of the canonical JSON of these facts, 64 hex digits; the same whatever the house's suite is."""
    return suite.GM.digest(chain.canonical(facts)).hex()


def written(standard: Standard) -> str:
    """The definition as JSON text, every element in its order; `definition` takes it back identically."""
    return json.dumps(reading.to_json(standard), ensure_ascii=False)


def definition(text: str) -> Standard:
    """The standard that a stored definition says; one that does not read any more is a broken catalogue, and raises."""
    found = reading.read(text)
    if not isinstance(found.document, Standard) or found.faults:
        raise BadPack([f"存储的事项定义读不出来：{fault.path} {fault.message}" for fault in found.faults])
    return found.document


def offer(content: Mapping[str, Any]) -> Offer:
    """The offer that stored local facts say; raises as `definition` does."""
    found = reading.read(json.dumps({"format": FORMAT, "offer": content}, ensure_ascii=False))
    if not isinstance(found.document, Offer) or found.faults:
        raise BadPack([f"存储的实施清单读不出来：{fault.path} {fault.message}" for fault in found.faults])
    return found.document


def named_files(standard: Standard) -> tuple[str, ...]:
    """The blank forms and samples that a definition names, each once."""
    forms = [one.form for one in standard.materials if one.form]
    names = [name for form in forms for name in (form.template, form.sample)] + [one.sample for one in standard.results]
    return tuple(dict.fromkeys(name for name in names if name))


def _files(path: Path) -> list[Path]:
    found = [
        one for one in path.rglob("*") if one.is_file() and not any(part.startswith(".") for part in one.relative_to(path).parts)
    ]
    large = [f"{one}：文件超过{SIZE // 1_000_000} MB，请缩小。" for one in found if one.stat().st_size > SIZE]
    if large:
        raise BadPack(large)
    return sorted(found)


class _Reader:
    """One pass over the files; faults are collected."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.definitions: list[Definition] = []
        self.offers: list[Offer] = []
        self.registers: list[Register] = []
        self.rules: dict[str, Mapping[str, Any]] = {}
        self.cases: list[Mapping[str, Any]] = []
        self.documents: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}
        self.readings: list[Reading] = []

    def take(self, name: str, content: bytes) -> None:
        """The file goes where it belongs."""
        where = Path(name)
        if where.suffix == ".json" and where.parts[0] == "rules":
            self._rule(name, content)
        elif where.suffix in YAML:
            self._yaml(name, content)
        else:
            self.files[name] = content

    def settle(self) -> None:
        """Each definition has the files that it names; one that is not there is a fault."""
        for place, one in enumerate(self.definitions):
            wanted = named_files(one.standard)
            lacking = [name for name in wanted if FORMS + name not in self.files]
            self.faults += [f"{one.path}：指向的文件{FORMS}{name}不存在。" for name in lacking]
            found = {name: self.files[FORMS + name] for name in wanted if name not in lacking}
            self.definitions[place] = replace(one, files=found)

    def _rule(self, name: str, content: bytes) -> None:
        try:
            self.rules[name] = json.loads(content)
        except ValueError as why:
            self.faults.append(f"{name}：不是JSON：{why}。")

    def _yaml(self, name: str, content: bytes) -> None:
        try:
            text = content.decode("utf-8")
            value = parse(text).value
        except NotYaml as why:
            self.faults.append(f"{name}:{why.line}：{why.message}")
            return
        except UnicodeDecodeError:
            self.faults.append(f"{name}：不是UTF-8文本，请另存为UTF-8。")
            return
        if isinstance(value, dict) and value.get("format") == FORMAT:
            self._document(name, text)
        elif name.startswith("cases/"):
            self._cases(value)
        else:
            self.documents[Path(name).stem] = value

    def _document(self, name: str, text: str) -> None:
        found = reading.read(text, name)
        self.readings.append(found)
        self.faults += [f"{name}:{fault.line}：{fault.code} {fault.message}" for fault in found.faults]
        if isinstance(found.document, Standard):
            self.definitions.append(Definition(name, text, found.document))
        elif isinstance(found.document, Offer):
            self.offers.append(found.document)
        elif isinstance(found.document, Register):
            self.registers.append(found.document)
        else:
            self.documents[Path(name).stem] = found.document

    def _cases(self, value: Any) -> None:
        listed = value.get("cases", [value]) if isinstance(value, dict) else value
        self.cases += listed


def _merged(registers: list[Register]) -> Register:
    """All registers of a pack as one."""
    return Register(
        shared=tuple(entry for one in registers for entry in one.shared),
        licences=tuple(entry for one in registers for entry in one.licences),
        cancelled=tuple(entry for one in registers for entry in one.cancelled),
        commitments=tuple(entry for one in registers for entry in one.commitments),
        unobtainable=tuple(entry for one in registers for entry in one.unobtainable),
    )


def _words(reader: _Reader) -> dict[str, tuple[str, ...]]:
    """What people call each item, by its key; words for other things, of which the items speak, stand under "".

    They are the `words` of pack.yaml (or words.yaml): a mapping from an item's name or key, or another term, to a list.
    """
    said = {**(reader.documents.get("pack") or {}).get("words", {}), **((reader.documents.get("words") or {}).get("words", {}))}
    keys = {name: one.standard.item.id for one in reader.definitions for name in (one.standard.item.name, one.standard.item.id)}
    found: dict[str, tuple[str, ...]] = {"": ()}
    for term, words in said.items():
        own = keys.get(str(term), "")
        found[own] = (*found.get(own, ()), *(() if own else (str(term),)), *(str(word) for word in words))
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two definitions differ; `before` or `after` is None where it has nothing there."""

    path: str
    before: Any
    after: Any


def differences(before: Standard | None, after: Standard) -> tuple[Difference, ...]:
    """Everything in which the second definition differs from the first, in its order."""
    return tuple(_differ("", reading.to_json(before) if before else None, reading.to_json(after)))


def _differ(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    old, new = _parts(before), _parts(after)
    if old is None or new is None:
        yield Difference(path, before, after)
        return
    for name in dict.fromkeys([*new, *old]):
        yield from _differ(f"{path}.{name}".removeprefix("."), old.get(name), new.get(name))


def _parts(value: Any) -> dict[str, Any] | None:
    """What stands in a mapping, or in a list of things with ids (their order is not a difference); None for all else."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and value and all(isinstance(one, dict) and "id" in one for one in value):
        return {one["id"]: one for one in value}
    return None
