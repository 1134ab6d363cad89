"""Definitions as the command line names them: files, and folders with all that belongs to the format below them."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from onevisit.channels.cli.answer import Unreadable, read_text
from onevisit.core.definition import FORMAT
from onevisit.core.reading import NotYaml, Reading, read
from onevisit.core.shape import FILES
from onevisit.core.source import parse

MANY, CHUNK = 2_000, 250
"""From how many files on all processors read, and how many files each takes at once."""
SUFFIXES = frozenset({".yaml", ".yml", ".json"})
MARKS = frozenset({"item", *FILES})
"""A file with one of these keys is meant for us, whatever else it lacks."""
TABLES = frozenset({".xlsx", ".xlsm", ".xls", ".csv", ".tsv"})
TABLE_IN_JSON = re.compile(rb'\s*(\[|\{\s*"\xe4\xba\x8b\xe9\xa1\xb9"\s*:)')
"""A list of items, or such a list below 事项: what an export as JSON is."""
TOP_KEY = re.compile(r"""^["']?(\w+)["']?[ \t]*:[ \t]*["']?([^\s"'#]*)""", re.MULTILINE)


def readings(paths: Sequence[str]) -> list[Reading]:
    """The files, read, each once; of folders, those of this format. Raises Unreadable."""
    chosen: dict[str, tuple[Path, bool]] = {}
    for path, by_name in _files(paths):
        name = os.path.realpath(path)
        chosen[name] = (path, by_name or chosen.get(name, (path, False))[1])
    if len(chosen) < MANY:
        return [one for one in map(_one, chosen.values()) if one]
    with ProcessPoolExecutor() as pool:
        return [one for one in pool.map(_one, chosen.values(), chunksize=CHUNK) if one]


def is_table(path: str | Path) -> bool:
    """Whether a file holds items as a table: a spreadsheet, or what an export writes as JSON."""
    if Path(path).suffix.lower() in TABLES:
        return True
    if Path(path).suffix.lower() != ".json" or not Path(path).is_file():
        return False
    with Path(path).open("rb") as source:
        return TABLE_IN_JSON.match(source.read(1000)) is not None


def _one(chosen: tuple[Path, bool]) -> Reading | None:
    """The file, if it is of this format or was asked for by its name."""
    path, by_name = chosen
    text = read_text(path)
    return _read(path, text) if by_name or _is_ours(path, text) else None


def _files(paths: Iterable[str]) -> Iterator[tuple[Path, bool]]:
    for name in paths:
        path = Path(name)
        if not path.is_dir():
            yield path, True
            continue
        for folder, below, files in os.walk(path, onerror=_unreadable):
            below[:] = sorted(one for one in below if not one.startswith("."))
            yield from ((Path(folder, file), False) for file in sorted(files) if Path(file).suffix.lower() in SUFFIXES)


def _unreadable(error: OSError) -> None:
    raise Unreadable("这个文件夹不能读取，请检查权限。", file=str(error.filename)) from error


def _read(path: Path, text: str) -> Reading:
    try:
        return read(text, str(path))
    except NotYaml as why:
        raise Unreadable(why.message, file=path, line=why.line) from why


def _is_ours(path: Path, text: str) -> bool:
    """Whether a file in a folder is of this format, or meant to be. What is none must at least be YAML or JSON."""
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        keys = _flow_keys(path, text)
    else:
        keys = dict(reversed(TOP_KEY.findall(text)))
    if "format" in keys:
        return keys["format"] == FORMAT
    if MARKS & keys.keys():
        return True
    _parsed(path, text)
    return False


def _flow_keys(path: Path, text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = _parsed(path, text)
    return value if isinstance(value, dict) else {}


def _parsed(path: Path, text: str) -> object:
    try:
        return parse(text).value
    except NotYaml as why:
        raise Unreadable(why.message, file=path, line=why.line) from why
