"""Whatever a valid definition says, its guide is made, read aloud, shown, edited and compared without a fault."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings as django_settings
from django.template.loader import render_to_string
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from onevisit.catalogue import changes, guide, packs, speech
from onevisit.catalogue.queries import ItemView
from onevisit.core import reading, visits
from onevisit.core.definition import Standard
from onevisit.core.offers import OfferPlace, Phones
from onevisit.core.process import Circular

DOCUMENTS = [
    reading.to_json(one.standard) for folder in sorted(django_settings.PACKS.iterdir()) for one in packs.load(folder).definitions
]
OPTIONAL = ("conditions", "questions", "materials", "form", "fees", "results", "faq", "limits", "parties", "depth", "handling")
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@st.composite
def definitions(draw: st.DrawFn) -> Standard:
    """A standard of a pack, with parts left out, moved, renamed; only what still reads without a fault."""
    document = copy.deepcopy(draw(st.sampled_from(DOCUMENTS)))
    for name in draw(st.sets(st.sampled_from(OPTIONAL), max_size=3)):
        document.pop(name, None)
    for _ in range(draw(st.integers(0, 4))):
        bent(document, draw)
    found = reading.read(json.dumps(document, ensure_ascii=False))
    assume(isinstance(found.document, Standard) and not found.faults)
    assert isinstance(found.document, Standard)
    return found.document


def bent(document: dict[str, Any], draw: st.DrawFn) -> None:
    """One entry of one list goes, or moves, or is said in other words."""
    lists = [name for name, value in document.items() if isinstance(value, list) and value and isinstance(value[0], dict)]
    if not lists:
        return
    entries = document[draw(st.sampled_from(lists))]
    at = draw(st.integers(0, len(entries) - 1))
    kind = draw(st.sampled_from(["drop", "move", "words"]))
    if kind == "drop":
        entries.pop(at)
    elif kind == "move":
        entries.insert(0, entries.pop(at))
    else:
        name = next((key for key in ("name", "label", "ask", "text", "q") if key in entries[at]), "")
        if name:
            entries[at][name] = draw(WORDS)


def item(standard: Standard) -> ItemView:
    """The definition as a division offers it."""
    at = datetime(2026, 3, 2, 2, tzinfo=UTC)
    return ItemView(
        code="0" * 31, code_provisional=True, key=standard.item.id, name=standard.item.name, type=standard.item.type,
        level=standard.level, division_code="340302000000", division_name="示例区", department_id="market",
        department_name="示例局", office_name="示例区示例局", office_code="11340300MB0000000X", office_demo=True, standard_id=1,
        version=1, published_at=at, content_hash=packs.digest(reading.to_json(standard)), definition=standard,
        phones=Phones(consult="0552-1234567"), places=(OfferPlace(hall="示例大厅", hours="周一至周五09:00-17:00"),),
        themes=("示例",), sources={}, departments={}, parameters={}, pinned={},
    )  # fmt: skip


QUICK = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


@QUICK
@given(definitions(), st.randoms(use_true_random=False))
def test_the_guide_of_any_valid_definition_renders(standard: Standard, chance: Any) -> None:
    try:
        visits.visits(standard)
    except Circular:
        assume(False)
    answers = {one.id: chance.choice(list(one.options)) for one in standard.questions if chance.random() < 0.5}
    told = guide.guide(item(standard), answers)
    page = render_to_string("ui/guide_body.html", {"g": told, "item": item(standard), "papers": ""})
    assert told.name in page or "&" in page
    assert told.content_hash[:12] in page
    assert speech.spelled(told.content_hash) in "".join(speech.spoken(told))


@QUICK
@given(definitions(), definitions())
def test_any_two_versions_are_compared_in_words(before: Standard, after: Standard) -> None:
    found = changes.changes(before, after)
    assert all(one.text and "None" not in one.text for one in found)
    assert changes.changes(after, after) == ()
    if not found:
        assert {key: value for key, value in reading.to_json(before).items() if key not in changes.OWN} == {
            key: value for key, value in reading.to_json(after).items() if key not in changes.OWN
        }
