"""The catalogue for machines: lists, search, items, guides, doors. Open to everybody; `kept` sends them again."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from onevisit.catalogue import documents, guide, misses, queries
from onevisit.catalogue.guide import Guide
from onevisit.channels.api import asking, kept, shapes
from onevisit.channels.api.asking import Limit
from onevisit.channels.api.views.answers import ALSO, SVG

router = Router(tags=["catalogue"])
TEXTS = {
    "items": "基本目录里的事项，按key排，一页一页取。给出division时，说明由谁办、要跑几次；没有网上指南的，ask说明问谁。",
    "themes": "有事项的主题，事项多的在前。",
    "search": "按意思找，好的在前，找不到就是空的。写错、写漏一两个字也能找到；话里以地名开头的，按那个地方找。"
    "问的是已经取消的证明，或者“跑几次”“能寄到家吗”这样的问题，replies里有回答。",
    "item": "按实施编码，或者按key加division取。",
    "guide": "整份指南，与网页、打印件、窗口是同一份。用q.问题=答案说明情况，例如q.act=purchase；没有回答的，按最多的算。",
    "speech": "整份指南，写成一句一句可以念出来的话，给电话、语音助手用；最后一句是第几版和校验码。情况的写法与指南相同。",
    "door": "按事项定义算出的次数：way=online是网上办，way=hall是窗口办。",
}


@router.get(
    "/items", response=shapes.Page, summary="事项列表", operation_id="items", description=TEXTS["items"], openapi_extra=ALSO
)
def items(request: HttpRequest, theme: str = "", division: str = "", cursor: str = "", limit: Limit = 20) -> HttpResponse:
    """The items of the base catalogue by key, page by page; with `division`, as it offers them."""
    asking.only(request, "theme", "division", "cursor", "limit")
    rows = queries.listing(theme, division, cursor, limit + 1)
    page = shapes.Page(rows[:limit], rows[limit - 1].key if len(rows) > limit else None)
    return kept.served(request, shapes.written(shapes.Page, page))


@router.get(
    "/themes", response=shapes.Themes, summary="主题", operation_id="themes", description=TEXTS["themes"], openapi_extra=ALSO
)
def themes(request: HttpRequest) -> HttpResponse:
    """The themes that hold items, the fullest first."""
    asking.only(request)
    return kept.served(request, shapes.written(shapes.Themes, shapes.Themes(queries.themes())))


@router.get(
    "/search", response=shapes.FoundPage, summary="用百姓的话找事项", operation_id="search", description=TEXTS["search"],
    openapi_extra=ALSO,
)  # fmt: skip
def search(request: HttpRequest, q: Annotated[str, Field(min_length=1)], division: str = "", limit: Limit = 10) -> HttpResponse:
    """The items that people mean by these words, best first; none rather than noise."""
    asking.only(request, "q", "division", "limit")
    hits = queries.search(q, division, limit)
    told = queries.replied(q, hits)
    if not hits and not told:
        misses.note(q, division)
    return kept.served(request, shapes.written(shapes.FoundPage, shapes.FoundPage(tuple(map(shapes.found, hits)), told)))


@router.get(
    "/items/{code}", response=shapes.ItemAnswer, summary="一个事项", operation_id="item", description=TEXTS["item"],
    openapi_extra=ALSO,
)  # fmt: skip
def item(request: HttpRequest, code: str, division: str = "") -> HttpResponse:
    """The item in short, by its code or, in a division, by its key."""
    asking.only(request, "division")
    told = guide.guide(queries.item(code, division), {})
    return kept.served(request, shapes.written(shapes.ItemAnswer, shapes.item(told)))


@router.get(
    "/items/{code}/guide",
    response=Guide,
    summary="办事指南",
    operation_id="guide",
    description=TEXTS["guide"],
    openapi_extra=ALSO,
)
def whole(request: HttpRequest, code: str, division: str = "") -> HttpResponse:
    """The whole guide; for a situation with `q.<question>=<answer>`, else for the worst case."""
    asking.only(request, "division", situation=True)
    found = queries.item(code, division)
    told = guide.guide(found, asking.situation(request, found.definition))
    return kept.served(request, shapes.written(Guide, shapes.guide(told)))


@router.get(
    "/items/{code}/speech", response=shapes.Spoken, summary="朗读文本", operation_id="speech", description=TEXTS["speech"],
    openapi_extra=ALSO,
)  # fmt: skip
def speech(request: HttpRequest, code: str, division: str = "") -> HttpResponse:
    """The whole guide in sentences to be spoken, for a situation as the guide itself."""
    asking.only(request, "division", situation=True)
    found = queries.item(code, division)
    told = guide.guide(found, asking.situation(request, found.definition))
    return kept.served(request, shapes.written(shapes.Spoken, shapes.speech(told)))


@router.get(
    "/items/{code}/door.svg", response={200: None}, summary="门：要跑几次", operation_id="door", description=TEXTS["door"],
    openapi_extra=SVG,
)  # fmt: skip
def door(request: HttpRequest, code: str, division: str = "", way: Literal["online", "hall"] = "online") -> HttpResponse:
    """The door with the number of visits, online or at the hall, computed from the definition."""
    asking.only(request, "division", "way")
    told = guide.guide(queries.item(code, division), {})
    shown = documents.door_svg(told.visits if way == "online" else told.doors[-1].visits)
    return kept.served(request, shown.encode(), kept.SVG)
