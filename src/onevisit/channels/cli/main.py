"""`onevisit <noun> [verb]`: finds the noun, loads its module and no other, runs it, prints its answer.

A command module has `configure(parser)`, which adds its arguments, and `run(args) -> Answer`.
"""

import argparse
import difflib
import importlib
import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any, NoReturn

from onevisit.channels.cli.answer import Answer, Unreadable

USAGE = 2
ROOM = "onevisit.channels.cli"

COMMANDS: dict[str, tuple[str, str]] = {
    "schema": (f"{ROOM}.schema", "打印事项定义格式的 JSON Schema"),
    "lint": (f"{ROOM}.lint", "检查事项定义，逐条指出问题和改法"),
    "visits": (f"{ROOM}.visits", "计算一个事项要跑几次"),
    "compose": (f"{ROOM}.compose", "把几个事项合成一件事"),
    "clock": (f"{ROOM}.clock", "计算受理、到期、中止、延长的日期"),
    "identify": (f"{ROOM}.identify", "识别并校验证件号码和各种代码"),
    "decide": (f"{ROOM}.decide", "按规则作出决定，给出依据"),
    "table": (f"{ROOM}.table", "检查决策表：空白、重叠、用不到的行"),
    "licence": (f"{ROOM}.licence", "核验一份电子证照文件"),
    "city": (f"{ROOM}.city", "建立一个城市：city new 代码"),
    "demo": (f"{ROOM}.demo", "载入演示城市"),
    "serve": (f"{ROOM}.serve", "启动网站"),
    "migrate": (f"{ROOM}.migrate", "更新数据库结构"),
    "worker": (f"{ROOM}.worker", "启动后台办理"),
    "check": (f"{ROOM}.check", "核对数据库是否处处自洽"),
    "doctor": (f"{ROOM}.doctor", "检查运行环境"),
    "search": (f"{ROOM}.search", "用百姓的话找事项"),
    "catalogue": (f"{ROOM}.catalogue", "导入、导出、发布、比较事项目录"),
    "library": (f"{ROOM}.library", "与省级事项库比对，留下公布凭证"),
}
"""Noun -> its module and one line of help; a new command adds one line."""

PURE = frozenset({"schema", "lint", "visits", "compose", "clock", "identify", "decide", "table", "licence", "doctor"})
"""Nouns that need no database; the others find Django ready (`running`) before their module is loaded."""


WORDS = (
    (r"the following arguments are required: ", "缺少参数 "),
    (r"one of the arguments (.+) is required", r"要给出其中一个：\1"),
    (r"argument (.+): not allowed with argument (.+)", r"\1 不能和 \2 一起用"),
    (r"argument (.+?): ", r"\1："),
    (r"invalid choice: (.+) \(choose from (.+)\)", r"没有\1，只能是 \2"),
    (r"expected (at least )?one argument", "后面要写一个值"),
    (r"unrecognized arguments: ", "多余的参数 "),
)
"""How the words of argparse are said to the people who use the command."""


class Parser(argparse.ArgumentParser):
    """A parser that takes no shortened options and says in one sentence what is wrong."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        """Ends the run with exit 2."""
        for english, chinese in WORDS:
            message = re.sub(english, chinese, message)
        self.exit(USAGE, f"用法不对：{message}\n详细说明：{self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code, after printing the answer: one JSON document with --json, else sentences."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    own = words[: words.index("--")] if "--" in words else words
    wants_json = "--json" in own
    rest = [word for word in own if word != "--json"] + words[len(own) :]
    try:
        answer = _answer(rest, wants_json)
    except Unreadable as why:
        print(why, file=sys.stderr)
        return USAGE
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        return end.code
    try:
        print(_dumped(answer.document) if wants_json else answer.text, flush=True)
    except BrokenPipeError:  # whoever reads has seen enough; what is left must not be flushed at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return answer.code


def _answer(words: list[str], wants_json: bool) -> Answer:
    if not words or words[0] in ("-h", "--help", "help"):
        return Answer({noun: line for noun, (_, line) in COMMANDS.items()}, _help(), 0 if words else USAGE)
    noun = words[0]
    if noun not in COMMANDS:
        near = "、".join(difflib.get_close_matches(noun, COMMANDS))
        raise Unreadable(f"没有“{noun}”这个命令，{f'您要的是不是：{near}？' if near else ''}全部命令见 onevisit --help")
    module, line = COMMANDS[noun]
    if noun not in PURE:
        _loaded(f"{ROOM}.running")
    command = _loaded(module)
    parser = Parser(prog=f"onevisit {noun}", description=line)
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON 文档")
    command.configure(parser)
    args = parser.parse_args(words[1:])
    args.json = wants_json
    answer: Answer = command.run(args)
    return answer


def _loaded(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ValueError as why:  # the settings are read on import; a wrong one raises this
        raise Unreadable(f"环境变量有误：{why}") from why


def _help() -> str:
    lines = (f"  {noun:<10} {line}" for noun, (_, line) in COMMANDS.items())
    return "\n".join(["用法：onevisit 命令 [参数] [--json]", "", *lines, "", "每个命令的说明：onevisit 命令 --help"])


def _dumped(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, default=_plain)


def _plain(value: object) -> str:
    """Money and rates are decimal strings, days and moments RFC 3339."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


if __name__ == "__main__":
    sys.exit(main())
