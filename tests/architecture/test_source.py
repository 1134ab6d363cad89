"""What no file of the product may hold: its size, its clock, its doors to the world, calls that hide or open something."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from onevisit.settings import ROOT, SOURCE

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_CLASS, LONGEST_SETTINGS = 400, 60, 200, 150
CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "timezone.localdate", "timezone.localtime",
    "time.time", "time.localtime", "time.gmtime", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today",
}  # fmt: skip
READS_CLOCKS = {"settings.py"}
FORBIDDEN_CALLS = {"eval", "exec", "mark_safe", "SafeString", "RawSQL", "compile", "__import__"}
FORBIDDEN_METHODS = {"raw", "extra"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill"}
HTTP_MODULES = {"httpx", "requests", "aiohttp", "urllib3", "http.client", "urllib.request", "socket", "smtplib", "ftplib"}
SPEAKS_HTTP = ("identity/peers.py", "channels/cli/")
VAGUE_MODULES = {"utils", "helpers", "services", "managers", "signals", "mixins", "misc", "common"}
VAGUE_NAMES = re.compile(r"(Manager|Handler|Processor|Service|Helper|Util|Data|Info|Mixin)$|^Base(?!Item)")
SIGNALS = {"receiver", "pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}


@dataclass(frozen=True)
class Module:
    """A Python file of the product."""

    name: str
    text: str
    tree: ast.Module

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node

    def imports(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield str(node.module)
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def read(path: Path, root: Path = SOURCE) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path.relative_to(root).as_posix(), text, ast.parse(text))


MODULES = [read(path) for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]
TEMPLATES = sorted(SOURCE.rglob("*.html"))
CODE = [
    *MODULES,
    *(read(path, ROOT) for folder in ("tests", "standins", "deploy", "bench") for path in sorted((ROOT / folder).rglob("*.py"))),
]

each_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
each_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(SOURCE).as_posix())


@pytest.mark.parametrize("module", CODE, ids=lambda module: module.name)
def test_files_functions_and_classes_are_short(module):
    lengths = [(node.name, node.end_lineno - node.lineno + 1, isinstance(node, ast.ClassDef)) for node in definitions(module)]
    assert module.text.count("\n") <= (LONGEST_SETTINGS if module.name == "settings.py" else LONGEST_FILE)
    assert not [(name, lines) for name, lines, is_class in lengths if lines > (LONGEST_CLASS if is_class else LONGEST_FUNCTION)]


def definitions(module: Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [node for node in ast.walk(module.tree) if isinstance(node, kinds)]


@each_module
def test_only_settings_reads_a_clock(module):
    read_here = [name for name, _ in module.calls() if name in CLOCKS]
    assert module.name in READS_CLOCKS or not read_here


@each_module
def test_only_rules_knows_the_rule_engine(module):
    knows = [name for name in module.imports() if name.split(".")[0] == "zen"]
    assert module.name.startswith("rules/") or not knows


@each_module
def test_only_peers_and_operators_commands_speak_to_other_machines(module):
    speaks = [name for name in module.imports() if name in HTTP_MODULES or name.split(".")[0] in HTTP_MODULES]
    assert module.name.startswith(SPEAKS_HTTP) or not speaks


@each_module
def test_nothing_runs_text_or_trusts_it(module):
    found = [name for name, _ in module.calls() if name.rpartition(".")[2] in FORBIDDEN_CALLS and not name.startswith("re.")]
    found += [name for name, _ in module.calls() if "." in name and name.rpartition(".")[2] in FORBIDDEN_METHODS]
    found += [name for name in module.imports() if name.split(".")[0] in FORBIDDEN_MODULES]
    found += [name for name, call in module.calls() if any(key.arg == "shell" and is_true(key.value) for key in call.keywords)]
    assert not found


def is_true(node: ast.expr) -> bool:
    return not (isinstance(node, ast.Constant) and node.value is False)


@each_module
def test_nothing_happens_behind_ones_back(module):
    """No signals, no save() of one's own, no generic foreign keys, no managers: business is in actions."""
    functions = [node for node in definitions(module) if isinstance(node, ast.FunctionDef)]
    assert not [
        one.name for one in functions if one.name in ("save", "delete") and [arg.arg for arg in one.args.args][:1] == ["self"]
    ]
    assert not [name for name in module.imports() if name.rpartition(".")[2] in SIGNALS | {"GenericForeignKey"}]
    bases = [ast.unparse(base) for node in definitions(module) if isinstance(node, ast.ClassDef) for base in node.bases]
    assert not [base for base in bases if base.endswith(("models.Manager", "QuerySet"))]


@each_module
def test_imports_stand_at_the_top(module):
    inner = [node for part in module.tree.body for node in ast.walk(part) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert not [node for node in inner if node not in module.tree.body]
    by_name = [name for name, _ in module.calls() if name.endswith(("import_module", "import_string"))]
    assert module.name.startswith("channels/cli/") or not by_name


@each_module
def test_names_say_something(module):
    assert not VAGUE_MODULES & set(Path(module.name).with_suffix("").parts)
    names = [node.name for node in definitions(module) if isinstance(node, ast.ClassDef)]
    assert not [name for name in names if VAGUE_NAMES.search(name)]


@each_module
def test_each_module_says_what_it_is_for_in_one_to_five_lines(module):
    said = ast.get_docstring(module.tree)
    if module.text.strip():
        assert said
        assert len(said.split("\n>>>")[0].strip().splitlines()) <= 8


@each_module
def test_every_function_says_what_it_takes_and_gives(module):
    functions = [node for node in definitions(module) if not isinstance(node, ast.ClassDef)]
    assert not [node.name for node in functions if node.returns is None]


@each_module
def test_nothing_is_left_for_later(module):
    assert not re.findall(r"\b(TODO|FIXME|XXX|HACK)\b", module.text)


@each_template
def test_pages_escape_everything_and_hold_no_script_or_style_of_their_own(path):
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"\|\s*safe\b|autoescape off", text)
    assert not re.findall(r"<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text)
    assert not re.findall(r"(?:src|href|action)=[\"'](?:https?:)?//", text)
    is_printed = text.startswith('{% extends "papers/paper.html" %}')  # never sent to a browser
    assert is_printed or "<style" not in text


def test_few_types_are_ignored():
    ignored = sum(module.text.count("type: ignore") for module in MODULES)
    lines = sum(module.text.count("\n") for module in MODULES)
    assert ignored / lines * 1000 < 0.5


NOTICED = {
    "from datetime import datetime\nx = datetime.now()": test_only_settings_reads_a_clock,
    "from django.utils import timezone\nx = timezone.now()": test_only_settings_reads_a_clock,
    "import zen": test_only_rules_knows_the_rule_engine,
    "from zen import ZenEngine": test_only_rules_knows_the_rule_engine,
    "import httpx": test_only_peers_and_operators_commands_speak_to_other_machines,
    "from urllib import request": test_only_peers_and_operators_commands_speak_to_other_machines,
    "mark_safe(name)": test_nothing_runs_text_or_trusts_it,
    "Case.objects.raw('')": test_nothing_runs_text_or_trusts_it,
    "subprocess.run(word, shell=True)": test_nothing_runs_text_or_trusts_it,
    "from pickle import loads": test_nothing_runs_text_or_trusts_it,
    "class Case:\n    def save(self): pass": test_nothing_happens_behind_ones_back,
    "from django.dispatch import receiver": test_nothing_happens_behind_ones_back,
    "class Open(models.Manager): pass": test_nothing_happens_behind_ones_back,
    "def f() -> None:\n    import json": test_imports_stand_at_the_top,
    "class CaseManager: pass": test_names_say_something,
    "x = 1": test_each_module_says_what_it_is_for_in_one_to_five_lines,
    "def f(): pass": test_every_function_says_what_it_takes_and_gives,
    "# TO" + "DO later": test_nothing_is_left_for_later,
    "x = 1\n" * 401: test_files_functions_and_classes_are_short,
    "def f():\n" + "    x = 1\n" * 60: test_files_functions_and_classes_are_short,
}


@pytest.mark.parametrize(("text", "check"), NOTICED.items(), ids=lambda value: getattr(value, "__name__", "")[5:])
def test_each_check_notices_what_it_looks_for(text, check):
    with pytest.raises(AssertionError):
        check(Module("cases/example.py", text, ast.parse(text)))


PAGES = [
    "{{ name|safe }}",
    "<style>p {}</style>",
    "<p style='color:red'>",
    "<a onclick='go()'>",
    "<script>go()</script>",
    "<img src='https://x/'>",
]


@pytest.mark.parametrize("text", PAGES)
def test_a_page_of_its_own_ways_is_noticed(text, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(text)
    with pytest.raises(AssertionError):
        test_pages_escape_everything_and_hold_no_script_or_style_of_their_own(page)
