"""What the machine must have before the house can be loaded: Python, packages, libraries, fonts. Standard library only."""

import ctypes.util
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parents[4]
LOCK = ROOT / "requirements.lock"
LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
    "magic": "libmagic1",
}
"""Library -> the Debian package that brings it (deploy/apt.txt)."""
FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts", Path.home() / ".fonts")
FACES = ("*NotoSansCJK*", "*NotoSerifCJK*")
RENEW = "make setup"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `text` says how it is, `mend` the command or act that puts it right."""

    name: str
    ok: bool
    text: str
    mend: str = ""


def findings() -> tuple[Finding, ...]:
    """Everything that can be told without loading the house."""
    return (python(sys.version_info[:2]), packages(wanted(), installed()), libraries(), fonts(FONTS))


def python(version: tuple[int, ...]) -> Finding:
    """Whether this Python is the one that the lock file was made for."""
    said = ".".join(map(str, version))
    if version[:2] == PYTHON:
        return Finding("python", True, f"Python {said}。")
    return Finding(
        "python", False, f"需要Python 3.11，现在是{said}。", "sudo apt install python3.11 python3.11-venv，再运行 make setup"
    )


def wanted() -> Mapping[str, str]:
    """Package -> version, as the lock file has it, of what the product itself needs (not its tests)."""
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.]+)", LOCK.read_text(encoding="ascii"), re.MULTILINE)) if LOCK.exists() else {}
    required = [line for line in metadata.requires("onevisit") or () if "extra ==" not in line]
    names = [_plain(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in required]
    return {name: pinned.get(name, "") for name in names}


def installed() -> Mapping[str, str]:
    """Package -> version of what is there."""
    return {_plain(one.name): one.version for one in metadata.distributions() if one.name}


def packages(needed: Mapping[str, str], found: Mapping[str, str]) -> Finding:
    """Whether each needed package is there in its version."""
    absent = sorted(name for name in needed if name not in found)
    other = sorted(name for name, version in needed.items() if name in found and version not in ("", found[name]))
    if absent:
        return Finding("packages", False, f"缺少Python软件包：{'、'.join(absent)}。", RENEW)
    if other:
        return Finding("packages", False, f"Python软件包的版本和requirements.lock不一致：{'、'.join(other)}。", RENEW)
    return Finding("packages", True, f"{len(needed)}个Python软件包齐全。")


def libraries() -> Finding:
    """Whether the libraries that papers and uploads need can be loaded."""
    absent = [package for library, package in LIBRARIES.items() if not ctypes.util.find_library(library)]
    if absent:
        return Finding(
            "libraries",
            False,
            f"缺少系统软件包，证照和表格生成不了：{'、'.join(absent)}。",
            f"sudo apt install {' '.join(absent)}",
        )
    return Finding("libraries", True, "生成文件用的系统软件包齐全。")


def fonts(folders: tuple[Path, ...]) -> Finding:
    """Whether papers can show every name, rare characters included."""
    found = any(next(folder.rglob(face), None) for folder in folders for face in FACES if folder.exists())
    if found:
        return Finding("fonts", True, "中文字体齐全（Noto CJK）。")
    return Finding("fonts", False, "没有Noto CJK字体，证照上的姓名会缺字。", "sudo apt install fonts-noto-cjk")


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")
