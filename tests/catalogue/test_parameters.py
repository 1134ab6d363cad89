"""What a division may set by itself: its values in every text, no offer without them, its shorter promise in the guide."""

from pathlib import Path

import pytest
from tests.catalogue.town import FAR, NEAR, STANDARD, small_city, small_pack

from onevisit.access import SYSTEM, Refused
from onevisit.catalogue import actions, guide, queries
from onevisit.catalogue.models import Item
from onevisit.core.definition import LegalBasis, Limits
from onevisit.core.offers import Offer, ParameterValue

pytestmark = pytest.mark.django_db

LOCAL = STANDARD.replace(
    "limits: {legal: 20, promised: 5}",
    """limits:
  - {when: {food: ["no"]}, legal: 20, promised: 4}
  - {legal: 20, promised: 5}
parameters:
  - {id: age, label: 年龄, type: integer, min: 16, max: 20}
  - {id: sum, label: 每月的租金, type: money, min: 0, max: 900}""",
)
LOCAL = LOCAL.replace("您已满十八周岁", '"您已满{age}周岁"').replace(
    "a: 五个工作日以内。", 'a: "五个工作日以内。租金每月{sum}元。"'
)
LAW = (LegalBasis("近山县摆摊办法", "第二条"),)
SET = (ParameterValue("age", "18", LAW), ParameterValue("sum", "350.00", LAW))


def local(division: str = NEAR, parameters: tuple[ParameterValue, ...] = SET, **more: object) -> Offer:
    return Offer("shop-permit", "county", division, parameters=parameters, **more)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def published(tmp_path: Path) -> None:
    small_city()
    actions.publish_pack(SYSTEM, small_pack(tmp_path, LOCAL))


def test_the_values_stand_in_every_text() -> None:
    item = actions.offer(SYSTEM, "shop-permit", NEAR, local())
    assert item.parameters["age"] == SET[0]
    told = guide.guide(item, {})
    assert [one.text for one in told.conditions] == ["您已满18周岁"]
    assert told.faq[0].a == "五个工作日以内。租金每月350元。"
    assert "{" not in repr((told.conditions, told.faq, told.materials))


def test_another_value_is_another_guide() -> None:
    before = actions.offer(SYSTEM, "shop-permit", NEAR, local())
    after = actions.offer(SYSTEM, "shop-permit", NEAR, local(parameters=(ParameterValue("age", "16", LAW), SET[1])))
    assert before.content_hash != after.content_hash
    assert guide.guide(after, {}).conditions[0].text == "您已满16周岁"


def test_who_sets_nothing_offers_nothing() -> None:
    for parameters in ((), SET[:1]):
        with pytest.raises(Refused, match="远水县还没有定") as refused:
            actions.offer(SYSTEM, "shop-permit", FAR, local(FAR, parameters))
        assert refused.value.code == "no-parameter"
    assert not Item.objects.exists()


def test_everywhere_is_where_they_are_set_and_says_where_not() -> None:
    actions.offer(SYSTEM, "shop-permit", NEAR, local())
    assert actions.offer_everywhere(SYSTEM, "shop-permit") == actions.Spread((NEAR,), (FAR,))
    assert queries.item("shop-permit", NEAR).parameters["sum"].value == "350.00"
    with pytest.raises(queries.NoItem):
        queries.item("shop-permit", FAR)


def test_a_parameter_that_is_new_ends_the_offer_until_it_is_set(tmp_path: Path) -> None:
    actions.offer(SYSTEM, "shop-permit", NEAR, local())
    more = LOCAL.replace("parameters:", "parameters:\n  - {id: days, label: 天数, type: integer}")
    actions.publish_pack(SYSTEM, small_pack(tmp_path, more))
    with pytest.raises(queries.NoItem):
        queries.item("shop-permit", NEAR)
    assert actions.offer_everywhere(SYSTEM, "shop-permit") == actions.Spread((), (NEAR, FAR))
    assert not Item.objects.get().active
    actions.offer(SYSTEM, "shop-permit", NEAR, local(parameters=(*SET, ParameterValue("days", "3", LAW))))
    assert queries.item("shop-permit", NEAR).parameters.keys() == {"age", "sum", "days"}


def test_a_shorter_promise_is_for_its_situation() -> None:
    shorter = (Limits(promised=2, when={"food": ("no",)}),)
    item = actions.offer(SYSTEM, "shop-permit", NEAR, local(limits=shorter))
    assert [one.promised for one in item.limits] == [2, 5]
    promised = [{one.name: one.text for one in guide.guide(item, {"food": food}).limits} for food in ("no", "yes")]
    assert [one["承诺时限"] for one in promised] == ["2个工作日", "5个工作日"]
    assert item.pinned == {
        "parameters": {one.id: {"value": one.value, "basis": [{"law": "近山县摆摊办法", "article": "第二条"}]} for one in SET},
        "limits": [{"promised": 2, "when": {"food": ["no"]}}],
    }
