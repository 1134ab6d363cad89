"""Publishing: same content twice changes nothing, a new one retires the old; offers may only be tighter."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from tests.catalogue.town import CITY, FAR, NEAR, STANDARD, TOWN, all_departments, offered, small_city, small_pack

from onevisit.access import SYSTEM, Actor, Denied, Grant, Refused
from onevisit.catalogue import actions, packs, queries
from onevisit.catalogue.models import BaseItem, Item, RegisterEntry, Standard
from onevisit.catalogue.packs import Pack
from onevisit.city.models import Department, DepartmentOffice, Division
from onevisit.core.definition import LegalBasis, Limits
from onevisit.core.offers import Offer, OfferPlace, ParameterValue, Phones
from onevisit.ledger.queries import events

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    small_city()


def test_publishing_makes_item_version_register_and_event(tmp_path: Path) -> None:
    pack = small_pack(tmp_path)
    (published,) = actions.publish_pack(SYSTEM, pack)
    row = Standard.objects.get(pk=published.standard_id)
    assert (published.key, published.version, published.changed) == ("shop-permit", 1, True)
    assert (row.state, row.promise, row.pack) == ("published", "zero", pack.version)
    assert queries.standard(row.pk) == pack.definitions[0].standard
    assert RegisterEntry.objects.get(word="police.person").facts == {"gives": ["居民身份证"]}
    (event,) = events(row.stream.public_id)
    assert (event.kind, event.data["content_hash"]) == ("standard.published", published.content_hash)


def test_the_same_content_twice_changes_nothing(tmp_path: Path) -> None:
    (first,) = actions.publish_pack(SYSTEM, small_pack(tmp_path))
    (again,) = actions.publish_pack(SYSTEM, small_pack(tmp_path, STANDARD + "# only a comment\n"))
    assert (again.standard_id, again.changed) == (first.standard_id, False)
    assert Standard.objects.count() == 1
    assert len(events(Standard.objects.get().stream.public_id)) == 1


def test_a_new_version_retires_the_old_which_stays_readable(tmp_path: Path) -> None:
    (first,) = actions.publish_pack(SYSTEM, small_pack(tmp_path))
    (second,) = actions.publish_pack(SYSTEM, small_pack(tmp_path, STANDARD.replace("promised: 5", "promised: 4")))
    states = dict(Standard.objects.values_list("version", "state"))
    assert (second.version, states) == (2, {1: "retired", 2: "published"})
    assert [one.kind for one in events(Standard.objects.get(version=1).stream.public_id)] == [
        "standard.published",
        "standard.retired",
    ]
    assert [queries.standard(one.standard_id).limits[0].promised for one in (first, second)] == [5, 4]


def test_a_published_standard_cannot_be_changed_or_deleted(tmp_path: Path) -> None:
    (published,) = actions.publish_pack(SYSTEM, small_pack(tmp_path))
    row = Standard.objects.filter(pk=published.standard_id)
    changes = (
        {"definition": "{}"},
        {"text": "x"},
        {"content_hash": "0" * 64},
        {"version": 9},
        {"state": "draft"},
        {"promise": "many"},
    )
    for change in changes:
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            row.update(**change)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        row._raw_delete("default")


def test_only_a_publisher_publishes(tmp_path: Path) -> None:
    editor = Actor("11111111-1111-1111-1111-111111111111", "officer", grants=(Grant("editor"),))
    with pytest.raises(Denied):
        actions.publish_pack(editor, small_pack(tmp_path))
    publisher = Actor("11111111-1111-1111-1111-111111111112", "officer", grants=(Grant("publisher"),))
    assert actions.publish_pack(publisher, small_pack(tmp_path))


def test_a_definition_that_contradicts_the_base_catalogue_is_refused(tmp_path: Path) -> None:
    actions.publish_pack(SYSTEM, small_pack(tmp_path))
    with pytest.raises(Refused, match="小店经营许可") as caught:
        actions.publish_pack(SYSTEM, small_pack(tmp_path, STANDARD.replace("name: 小店经营许可\n", "name: 大店经营许可\n")))
    assert caught.value.code == "OV901"


def test_what_the_linter_calls_an_error_is_not_published(tmp_path: Path) -> None:
    wrong = STANDARD.replace("name: 健康证明", "name: 其他材料").replace("promised: 5", "promised: 50")
    with pytest.raises(Refused) as caught:
        actions.publish_pack(SYSTEM, small_pack(tmp_path, wrong))
    assert caught.value.code == "lint"
    assert {"OV201", "OV601"} <= {line.split("：")[1].split()[0] for line in caught.value.message.splitlines()}
    assert not Standard.objects.exists()


def test_what_the_city_shares_already_may_not_be_asked_again(tmp_path: Path) -> None:
    actions.publish_pack(SYSTEM, small_pack(tmp_path))
    asked = STANDARD.replace('name: 居民身份证, source: "shared:police.person"', "name: 居民身份证")
    with pytest.raises(Refused, match="OV302"):
        actions.publish_pack(SYSTEM, without_register(tmp_path, asked))


def without_register(path: Path, text: str) -> Pack:
    """The small pack with this definition and no register of its own."""
    small_pack(path, text)
    (path / "shop-permit" / "resources.yaml").unlink()
    return packs.load(path / "shop-permit")


def test_an_unknown_department_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有部门"):
        actions.publish_pack(SYSTEM, small_pack(tmp_path, STANDARD.replace("department: market", "department: moon")))


def test_an_offer_computes_its_code_and_says_that_it_is_provisional(tmp_path: Path) -> None:
    item = offered(tmp_path)
    assert item.code == f"{item.office_code}4340190001000"
    assert item.code_provisional
    assert (item.division_name, item.office_name) == ("近山县", "近山县市场监督管理局")
    assert [one.hall for one in item.places] == ["近山县政务服务大厅"]
    assert item.places[0].hours == "周一至周五09:00-17:00"


def test_an_official_code_replaces_the_provisional_one(tmp_path: Path) -> None:
    offered(tmp_path)
    coded = STANDARD.replace("  key: shop-permit\n", '  key: shop-permit\n  code: "340112345000"\n')
    item = offered(tmp_path, coded)
    assert (item.code[-12:], item.code_provisional) == ("340112345000", False)


def test_offering_twice_is_offering_once(tmp_path: Path) -> None:
    first = offered(tmp_path)
    before = Item.objects.get().changed_at
    assert actions.offer(SYSTEM, "shop-permit", NEAR) == first
    assert Item.objects.get().changed_at == before
    told = [one.data["code"] for one in events(Standard.objects.get().stream.public_id) if one.kind == "item.offered"]
    assert told == [first.code]


def test_every_county_with_an_office_offers_it(tmp_path: Path) -> None:
    actions.publish_pack(SYSTEM, small_pack(tmp_path))
    assert actions.offer_everywhere(SYSTEM, "shop-permit") == actions.Spread((NEAR, FAR), ())
    assert queries.item("shop-permit", FAR).division_name == "远水县"


@pytest.mark.parametrize(
    ("key", "division", "code"),
    [("nothing", NEAR, "no-item"), ("shop-permit", TOWN, "no-standard"), ("shop-permit", CITY, "no-standard")],
)
def test_what_cannot_be_offered_is_refused(tmp_path: Path, key: str, division: str, code: str) -> None:
    actions.publish_pack(SYSTEM, small_pack(tmp_path))
    with pytest.raises(Refused) as caught:
        actions.offer(SYSTEM, key, division)
    assert caught.value.code == code


def local(**more: object) -> Offer:
    """An offer of the near county."""
    return Offer(item="shop-permit", level="county", division=NEAR, **more)  # type: ignore[arg-type]


def test_a_tighter_offer_is_kept_and_applied(tmp_path: Path) -> None:
    offered(tmp_path)
    doors = (OfferPlace(hall="近山县政务服务大厅", windows=("综合窗口",), hours="08:00-20:00"),)
    wanted = local(limits=(Limits(promised=2),), also_at={"submit": ("kiosk",)}, phones=Phones("0552-1", "0552-2"), places=doors)
    item = actions.offer(SYSTEM, "shop-permit", NEAR, wanted)
    assert item.limits[0].promised == 2
    assert item.limits[0].legal == 20
    assert item.definition.process[0].at == ("online", "hall", "kiosk")
    assert (item.phones.complaint, item.places) == ("0552-2", doors)
    assert queries.standard(item.standard_id).limits[0].promised == 5


@pytest.mark.parametrize(
    "wanted",
    [
        local(limits=(Limits(promised=6),)),
        local(limits=(Limits(legal=30),)),
        local(also_at={"decide": ("hall",)}),
        local(also_at={"nothing": ("hall",)}),
        local(parameters=(ParameterValue("sum", "5", (LegalBasis("示例规定"),)),)),
    ],
)
def test_a_looser_offer_is_refused(tmp_path: Path, wanted: Offer) -> None:
    before = offered(tmp_path)
    with pytest.raises(Refused) as caught:
        actions.offer(SYSTEM, "shop-permit", NEAR, wanted)
    assert caught.value.code == "OV902"
    assert queries.item("shop-permit", NEAR) == before


@pytest.mark.parametrize(
    ("value", "basis", "fits"), [("80", True, True), ("80", False, False), ("9", True, False), ("many", True, False)]
)
def test_a_parameter_stays_in_its_bounds_and_has_a_basis(tmp_path: Path, value: str, basis: bool, fits: bool) -> None:
    text = STANDARD + "parameters: [{id: sum, type: money, min: 10, max: 100, label: 补贴}]\n"
    actions.publish_pack(SYSTEM, small_pack(tmp_path, text))
    wanted = local(parameters=(ParameterValue("sum", value, (LegalBasis("示例规定", "第一条"),) if basis else ()),))
    if fits:
        assert actions.offer(SYSTEM, "shop-permit", NEAR, wanted)
    else:
        with pytest.raises(Refused) as refused:
            actions.offer(SYSTEM, "shop-permit", NEAR, wanted)
        assert refused.value.code == "OV902"


def test_an_item_keeps_nothing_but_local_facts(tmp_path: Path) -> None:
    offered(tmp_path)
    with pytest.raises(IntegrityError, match="item_offer_is_local"), transaction.atomic():
        Item.objects.update(offer={"name": "别的名字"})


def test_the_base_catalogue_is_loaded_once() -> None:
    all_departments()
    assert actions.load_base_items(SYSTEM) == 215
    assert actions.load_base_items(SYSTEM) == BaseItem.objects.count() == 215
    item = BaseItem.objects.get(key="deed-tax")
    assert (item.name, item.department_id, item.basis) == ("契税申报", "tax", [{"law": "契税法", "article": "第九条"}])
    assert BaseItem.objects.filter(basis=[]).count() == 21


def test_publishing_keeps_the_words_that_people_use(tmp_path: Path) -> None:
    all_departments()
    actions.load_base_items(SYSTEM)
    actions.publish_pack(SYSTEM, packs.load(settings.PACKS / "deed-tax"))
    item = BaseItem.objects.get(key="deed-tax")
    assert {"买房交税", "房子的税"} <= set(item.words)
    assert item.levels == ["city", "county"]


def test_the_base_catalogue_needs_its_departments() -> None:
    with pytest.raises(Refused, match="还没有这些部门"):
        actions.load_base_items(SYSTEM)


def test_in_a_town_the_town_offers_what_a_department_without_an_office_there_stands_for(tmp_path: Path) -> None:
    """乡镇人民政府 acts for the county's departments below the county."""
    Department.objects.create(id="township", name="乡镇人民政府", levels=["town"])
    town_of = Division.objects.get(code=TOWN)
    body = DepartmentOffice.objects.create(
        department_id="township", division=town_of, name="近山镇人民政府", credit_code="11349900DEM000099X", phone="0552-0000009"
    )
    actions.publish_pack(SYSTEM, small_pack(tmp_path, STANDARD.replace("level: county", "level: town")))
    assert actions.offer_everywhere(SYSTEM, "shop-permit") == actions.Spread((TOWN,), ())
    item = queries.item("shop-permit", TOWN)
    assert (item.office_name, item.department_id) == (body.name, "market")
