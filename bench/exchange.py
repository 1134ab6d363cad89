"""10,000 rows of a city's items through `exchange.read`, beside openpyxl merely reading the same file.

The workbook has the items of the packs under other names: a sheet of 10,000 items, and their materials, steps and answers in
sheets of their own. Prints seconds (aim 60), the ratio to openpyxl, and the memory; fails if a row or a value is lost.
"""

import resource
import sys
from dataclasses import replace
from io import BytesIO
from time import perf_counter

import ground
from openpyxl import load_workbook

from onevisit.catalogue import exchange
from onevisit.core.reading import read, to_json

ROWS, AIM = 10_000, 60.0


def main() -> int:
    """The report; 1 if what was read is not what was written."""
    items = city()
    begin = perf_counter()
    content = exchange.write("xlsx", items)
    wrote = perf_counter() - begin
    begin = perf_counter()
    cells = sum(1 for sheet in load_workbook(BytesIO(content), read_only=True) for row in sheet.iter_rows(values_only=True) for _ in row)
    peer = perf_counter() - begin
    begin = perf_counter()
    found = exchange.read("city.xlsx", content)
    took = perf_counter() - begin
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{ROWS:,} items, {cells:,} cells, {len(content) / 1e6:.1f} MB: written in {wrote:.1f} s")
    print(f"read    {took:6.1f} s   (aim {AIM:.0f})   openpyxl alone {peer:6.1f} s   ratio {took / peer:.1f}   memory {most} MB")
    same = [one.document for one in found.items] == [one.document for one in items]
    if not same or found.faults or found.unknown_columns:
        print(f"wrong: {len(found.items)} items, {len(found.faults)} faults, the same: {same}")
        return 1
    return 0


def city() -> list[exchange.Row]:
    """So many items: those of the packs, renamed."""
    models = [to_json(read(path.read_text("utf-8")).document) for path in sorted(ground.ROOT.glob("packs/*/standards/*.yaml"))]
    found = []
    for number in range(ROWS):
        document = models[number % len(models)]
        head = {**document["item"], "key": f"item-{number:05d}", "name": f"事项{number:05d}"}
        row = exchange.Row("", 0, head["key"], "", head["name"], document["level"], "", document, {})
        found.append(replace(row, document={**document, "item": head}))
    return found


if __name__ == "__main__":
    sys.exit(main())
