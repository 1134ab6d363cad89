"""Every standard that we ship, each as one division of its level offers it."""

from dataclasses import replace

from django.conf import settings
from tests.catalogue.town import CITY, NEAR, TOWN, all_departments, place, small_city

from onevisit.access import SYSTEM
from onevisit.catalogue import actions, packs
from onevisit.catalogue.queries import ItemView
from onevisit.city import queries as city
from onevisit.city.models import DepartmentOffice, Division
from onevisit.core.definition import LegalBasis, Parameter, Standard
from onevisit.core.offers import Offer, ParameterValue

VILLAGE = "349901100001"
PLACES = {"city": CITY, "county": NEAR, "town": TOWN, "village": VILLAGE}
PACKS = sorted(path.name for path in settings.PACKS.iterdir() if path.is_dir())
LAW = (LegalBasis("近山县办法", "第二条"),)


def furnish() -> None:
    """The small city with a village, and every department."""
    small_city()
    all_departments()
    place(VILLAGE, "近山村", "village", Division.objects.get(code=TOWN))


def offered(name: str) -> tuple[ItemView, ...]:
    """The items of a pack, each at its level."""
    pack = packs.load(settings.PACKS / name)
    actions.publish_pack(SYSTEM, replace(pack, offers=()))
    return tuple(_offered(one.standard) for one in pack.definitions)


def _offered(standard: Standard) -> ItemView:
    where = PLACES[standard.level]
    doing = city.body(standard.item.department, standard.level)
    number = DepartmentOffice.objects.count()
    DepartmentOffice.objects.get_or_create(
        department_id=doing, division=Division.objects.get(code=where),
        defaults={"name": f"示例单位{number}", "credit_code": f"11349900DEM1{number:05}X", "phone": "0552-0000000", "demo": True},
    )  # fmt: skip
    values = tuple(ParameterValue(one.id, _value(one), LAW) for one in standard.parameters)
    return actions.offer(SYSTEM, standard.item.id, where, Offer(standard.item.id, standard.level, where, parameters=values))


def _value(one: Parameter) -> str:
    return "示例" if one.type == "text" else str(one.max if one.max is not None else 1)
