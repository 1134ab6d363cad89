"""The ground of tests of proofs: a small city whose item asks for a paper of the health office; an editor and a publisher."""

from pathlib import Path

from tests.catalogue import town

from onevisit.access import Actor, Grant
from onevisit.catalogue.queries import ItemView
from onevisit.city.models import Department
from onevisit.proofs.register import key_of

EDITOR = Actor("editor", "officer", name="演示编辑", grants=(Grant("editor"),))
PUBLISHER = Actor("publisher", "officer", name="演示发布人", grants=(Grant("publisher"),))
BOTH = Actor("both", "officer", name="演示兼职", grants=(Grant("editor"), Grant("publisher")))
ASKS = '  - {id: health, name: 健康证明, when: {food: ["yes"]}, issued_by: health, basis: [{law: 示例小店法, article: 第四条}]}'
TEXT = town.STANDARD.replace(
    '  - {id: health, name: 健康证明, when: {food: ["yes"]}, basis: [{law: 示例小店法, article: 第四条}]}', ASKS
).replace(
    "  - {id: deed, name: 不动产权证书, one_of: place, basis: [{law: 示例小店法, article: 第三条}]}\n", ""
)  # fmt: skip
WITHOUT = TEXT.replace(f"{ASKS}\n", "")
PROOF = key_of("健康证明", "health")


def offered(path: Path, text: str = TEXT) -> ItemView:
    """The item, published and offered by the near county."""
    return town.offered(path, text)


def small_city() -> None:
    """The town's city, with a health office."""
    town.small_city()
    Department.objects.create(id="health", name="卫生健康委员会", levels=["city", "county"])
