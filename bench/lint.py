"""A whole city's catalogue through the linter: 215 items at two levels with 60,000 local offers, and one edit of one of them.

The definitions are those of the packs, renamed; every 500th offer is too loose on purpose, and must be found. The report is
checked for exactly these; prints seconds for all (aim 30) and milliseconds for one edit against the catalogue (aim 100).
"""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import ground

OFFERS, LOOSE = 60_000, 500
ALL_AIM, EDIT_AIM = 30.0, 100.0
EDIT = """
import json, sys, time
from pathlib import Path
from onevisit.channels.cli.definitions import readings
from onevisit.core import lint
folder = Path(sys.argv[1])
standards = readings([str(folder / "standards")])
text, took, beside = Path(standards[7].name).read_text("utf-8"), [], lint.Beside(standards)
for turn in range(20):
    begin = time.perf_counter()
    edited = lint.read(text.replace("faq:", f"# {turn}\\nfaq:"), standards[7].name)
    found = beside.edited(edited)
    took.append(time.perf_counter() - begin)
errors = sum(one.severity == "error" for one in found)
print(json.dumps({"p50": sorted(took)[10] * 1000, "most": max(took) * 1000, "errors": errors}))
"""


def main() -> int:
    """The report; 1 if the linter found anything else than what is wrong."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        loose = written(folder)
        begin = perf_counter()
        command = [sys.executable, "-m", "onevisit", "lint", str(folder), "--json"]
        run = subprocess.run(command, cwd=ground.ROOT, capture_output=True, text=True)
        whole = perf_counter() - begin
        report = json.loads(run.stdout)
        edit = subprocess.run([sys.executable, "-c", EDIT, str(folder)], cwd=ground.ROOT, capture_output=True, text=True)
        if edit.returncode:
            raise SystemExit(edit.stderr)
        one = json.loads(edit.stdout)
    print(f"{report['files']:,} files          {whole:6.1f} s   (aim {ALL_AIM:.0f})")
    print(f"one edit of a standard  p50 {one['p50']:6.1f} ms   most {one['most']:6.1f} ms   (aim {EDIT_AIM:.0f})")
    wrong = [item for item in report["diagnostics"] if item["severity"] == "error"]
    found = sorted(Path(item["file"]).stem for item in wrong if item["code"] == "OV902")
    strange = sorted({item["code"] for item in wrong} - {"OV902"})
    if found != sorted(loose) or strange or one["errors"]:
        print(f"wrong: {len(found)} of {len(loose)} loose offers found; strange {strange}; after an edit {one['errors']}")
        return 1
    return 0


def written(folder: Path) -> list[str]:
    """The catalogue as files; the names of the offers that promise too much time."""
    models = sorted(ground.ROOT.glob("packs/*/standards/*.yaml"))
    with (ground.ROOT / "data/base_items.csv").open(encoding="utf-8", newline="") as table:
        items = [row["key"] for row in csv.DictReader(table)]
    for name in ("standards", "offers", "registers"):
        (folder / name).mkdir()
    for path in sorted(ground.ROOT.glob("packs/*/resources.yaml")):
        (folder / "registers" / f"{path.parent.name}.yaml").write_bytes(path.read_bytes())
    told = [model.read_text("utf-8") for model in models]
    for place, key in enumerate(items):
        text = renamed(told[place % len(told)], key)
        for level in ("city", "county"):
            (folder / "standards" / f"{key}.{level}.yaml").write_text(at_level(text, level), "utf-8")
    loose = []
    for number in range(OFFERS):
        name, days = f"offer-{number:05d}", 1
        if number % LOOSE == 0:
            loose.append(name)
            days = 900
        key, level = items[number % len(items)], ("city", "county")[number // len(items) % 2]
        (folder / "offers" / f"{name}.yaml").write_text(offer(key, level, number, days), "utf-8")
    return loose


def renamed(text: str, key: str) -> str:
    """The definition under another key and name."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if line.startswith("  key: "):
            lines[at] = f"  key: {key}"
        elif line.startswith("  name: "):
            lines[at] = f"  name: 事项{key}"
            break
        elif line.startswith("item: {"):
            raise SystemExit(f"an item in one line: {line}")
    return "\n".join(line for line in lines if not line.startswith("  code:"))


def at_level(text: str, level: str) -> str:
    """The same definition at a level."""
    return "\n".join(f"level: {level}" if line.startswith("level: ") else line for line in text.split("\n"))


def offer(key: str, level: str, number: int, days: int) -> str:
    """A local offer; what it promises is too long if `days` is."""
    return f"""format: onevisit/1
offer:
  item: {key}
  level: {level}
  division: "3403{number % 90 + 10:02d}000000"
  phones: {{consult: 0552-1234567, complaint: 0552-7654321}}
  places:
    - {{site: hall, hall: 政务服务大厅, windows: [综合窗口], hours: "09:00-17:00", address: 示例路{number % 900 + 1}号}}
  limits: {{promised: {days}}}
"""


if __name__ == "__main__":
    sys.exit(main())
