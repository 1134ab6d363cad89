"""What a command gives back: a JSON document, the same as sentences, an exit code; and what it raises if it cannot read."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """`document` is printed with --json, `text` without; `code` 0 = nothing wrong, 1 = findings, a refusal, an invalid value."""

    document: object
    text: str
    code: int = 0


class Unreadable(Exception):
    """A file, an argument or a setting cannot be read (exit 2); the message names file, line and key as far as they are known."""

    def __init__(self, message: str, *, file: str | Path = "", line: int | None = None, key: str = "") -> None:
        place = ":".join(str(part) for part in (file, line) if part)
        super().__init__(": ".join(part for part in (place, key, message) if part))


def read_text(path: str | Path) -> str:
    """The text of a UTF-8 file, a byte-order mark taken off; raises Unreadable."""
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except OSError as why:
        raise Unreadable(f"读不了这个文件（{why.strerror}），请检查路径和权限。", file=path) from why
    except UnicodeDecodeError as why:
        line = why.object[: why.start].count(b"\n") + 1
        raise Unreadable("不是UTF-8编码，请另存为UTF-8后再试。", file=path, line=line) from why
