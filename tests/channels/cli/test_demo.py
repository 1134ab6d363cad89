"""`onevisit demo` loads every pack, and says where an item is not offered, since nobody there has set what is left to them."""

import json
import subprocess
import sys

from onevisit.catalogue import queries
from onevisit.catalogue.models import Item, Standard
from onevisit.settings import PACKS


def test_every_pack_is_offered_where_it_can_be(committed):
    command = [sys.executable, "-m", "onevisit", "demo", "--json"]
    run = subprocess.run(command, env=committed.environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    packs = {one["name"]: one["unset"] for one in json.loads(run.stdout)["packs"]}
    assert set(packs) == {path.name for path in PACKS.iterdir() if path.is_dir()}
    assert {"deed-tax", "real-estate", "senior-allowance"} < set(packs)
    assert {"龙子湖区", "怀远县"}.isdisjoint(packs["senior-allowance"])
    assert {"蚌山区", "禹会区", "淮上区", "五河县", "固镇县"} <= set(packs["senior-allowance"])
    assert not any(unset for name, unset in packs.items() if name != "senior-allowance")
    offered = Item.objects.filter(base_item__key="old-age-allowance", active=True).values_list("division__code", flat=True)
    assert sorted(offered) == ["340302000000", "340321000000"]
    near, far = (queries.item("old-age-allowance", code) for code in sorted(offered))
    assert [one.conditions[0].text for one in (near.definition, far.definition)] == ["年满80周岁", "年满75周岁"]
    assert [one.promised for one in near.limits] == [12, 20]
    assert [one.promised for one in far.limits] == [15, 20]
    standards = Standard.objects.filter(state="published").values_list("base_item__key", "level")
    assert set(standards) == set(Item.objects.filter(active=True).values_list("base_item__key", "level").distinct())
    assert Item.objects.filter(base_item__key="childbirth-registration", level="town", active=True).count() > 50
