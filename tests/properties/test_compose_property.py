"""Several items as one, against a union that is built here by hand and played through, situation by situation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.test_visits_property import all_situations, brute_force, holds

from onevisit.core.compose import Composition, compose
from onevisit.core.definition import Field, ItemHead, Material, Question, Standard, Step
from onevisit.core.offers import Matter, MatterItem
from onevisit.core.visits import visits

PLACES = st.sampled_from([("online", "hall"), ("hall", "online", "kiosk"), ("hall",), ("post", "hall"), ("hall", "kiosk")])
WHENS = st.sampled_from([{}, {}, {"a": ("x",)}, {"a": ("y",)}, {"b": ("x",)}, {"b": ("y",), "a": ("x",)}])
KINDS = st.sampled_from(["office days", "office", "pay", "pay", "result"])
STEPS = st.lists(st.tuples(KINDS, PLACES, WHENS, st.integers(0, 7), st.integers(1, 9)), min_size=1, max_size=3)
SOURCES = st.sampled_from(["applicant", "shared:police.person.name", "shared:police.person.number", "applicant.phone"])
FIELDS = st.lists(st.tuples(SOURCES, st.sampled_from(["", "", "person", "number"])), max_size=4)
PAPERS = st.lists(st.tuples(st.sampled_from(["applicant", "licence:id"]), st.sampled_from(["身份证", "合同"])), max_size=3)


@st.composite
def items(draw: st.DrawFn, code: str) -> Standard:
    """An item: filed, perhaps accepted by the window, then a few steps that hang together somehow."""
    steps = [Step("file", by="applicant", does="submit", at=draw(PLACES))]
    if draw(st.booleans()):
        steps.append(Step("take", by="window", does="accept", needs=("file",), instant=True))
    for number, (kind, places, when, bits, days) in enumerate(draw(STEPS)):
        needs = tuple(step.id for place, step in enumerate(steps) if bits >> place & 1) or (steps[-1].id,)
        office = kind.startswith("office")
        steps.append(
            Step(
                f"s{number}",
                by="department" if office else "applicant",
                does="review" if office else "deliver" if kind == "result" else "pay",
                needs=needs,
                at=() if office else places,
                instant=kind == "office",
                days=days if kind == "office days" else None,
                when=when,
            )
        )
    options = {"x": "是", "y": draw(st.sampled_from(["否", "没有"]))}
    return Standard(
        ItemHead(f"事项{code}", "行政许可", "market", code=code),
        "county",
        ("person",),
        tuple(steps),
        questions=(
            Question("a", "第一问", {"x": "是", "y": "否"}),
            Question("b", "第二问", options, when=draw(st.sampled_from([{}, {"a": ("x",)}]))),
        ),
        form=tuple(Field(f"f{n}", f"字段{n}", source=s, same_as=w) for n, (s, w) in enumerate(draw(FIELDS))),
        materials=tuple(Material(f"m{n}", name, source=source) for n, (source, name) in enumerate(draw(PAPERS))),
    )


PAIRS = st.tuples(items("A"), items("B"))


def by_hand(pair: Sequence[Standard], second_waits: bool) -> Standard:
    """The union of two items: each question apart, each condition in full, the filings and acceptances together."""
    shared = [place for place in pair[0].process[0].at if place in pair[1].process[0].at]
    free = [any(place in ("online", "post") for place in places) for places in (*(one.process[0].at for one in pair), shared)]
    together = bool(shared) and (free[2] or not (free[0] and free[1]))
    steps: list[Step] = [replace(pair[0].process[0], id="file", at=tuple(shared))] if together else []
    if together and any(one.process[1].does == "accept" for one in pair):
        steps.append(Step("take", by="window", does="accept", needs=("file",), instant=True))
    ends: list[str] = []
    for number, one in enumerate(pair):
        names = {step.id: f"{number}{step.id}" for step in one.process}
        names |= {"file": "file", "take": "take"} if together else {}
        own = [step for step in one.process if step.does != "deliver"]
        lasts = [names[step.id] for step in own if not any(step.id in other.needs for other in own)]
        for step in one.process:
            if together and step.id in ("file", "take"):
                continue
            needs = [names[need] for need in step.needs]
            if number and second_waits and not {*needs} - {"file", "take"}:
                needs += ends
            steps.append(replace(step, id=names[step.id], needs=tuple(needs), when=in_full(one, step.when, number)))
        ends = lasts
    asked = [Question("a", "第一问", {"x": "是", "y": "否"})]
    asked += [Question(f"b{n}", "第二问", {"x": "是", "y": "否"}) for n in ((0, 1) if apart(pair) else (0,))]
    return Standard(pair[0].item, "county", ("person",), tuple(steps), questions=tuple(asked))


def apart(pair: Sequence[Standard]) -> bool:
    return pair[0].questions[1].options != pair[1].questions[1].options


def in_full(one: Standard, when: Mapping[str, tuple[str, ...]], number: int) -> dict[str, tuple[str, ...]]:
    """A condition together with what must hold for its question to be asked; the second question is each item's own if apart."""
    found = {key: values for key, values in when.items() if key == "a"}
    if "b" in when:
        found[f"b{number}"] = when["b"]
        for key, values in one.questions[1].when.items():
            found[key] = tuple(value for value in found.get(key, values) if value in values)
    return found


def rightly_named(pair: Sequence[Standard], standard: Standard) -> Standard:
    """Where both items ask the same second question, it is one."""
    if apart(pair):
        return standard
    steps = [replace(step, when={"b0" if key == "b1" else key: v for key, v in step.when.items()}) for step in standard.process]
    return replace(standard, process=tuple(steps))


def slowest(standard: Standard) -> int:
    """The days of the longest way in the worst situation."""

    def ends(name: str, answers: Mapping[str, str]) -> int:
        step = next(one for one in standard.process if one.id == name)
        own = (step.days or 0) if holds(step.when, answers) else 0
        return own + max((ends(need, answers) for need in step.needs), default=0)

    return max(ends(step.id, answers) for answers in all_situations(standard) for step in standard.process)


def composed(pair: Sequence[Standard], second_waits: bool = False) -> Composition:
    rows = (MatterItem("A"), MatterItem("B", needs=("A",) if second_waits else ()))
    return compose(pair, Matter("演示一件事", rows))


@settings(max_examples=250, deadline=None, database=None, derandomize=True)
@given(PAIRS, st.booleans())
def test_visits_and_days_of_the_whole_are_those_of_a_union_made_by_hand(pair: tuple[Standard, Standard], waits: bool) -> None:
    whole, hand = composed(pair, waits), rightly_named(pair, by_hand(pair, waits))
    for mode, count in (("zero", whole.visits.zero), ("hall", whole.visits.hall)):
        assert count.visits == max(brute_force(hand, mode, answers) for answers in all_situations(hand))
    assert whole.path.days == slowest(hand)
    assert len(whole.steps) == len(hand.process)


@settings(max_examples=250, deadline=None, database=None, derandomize=True)
@given(items("A"))
def test_one_item_alone_costs_what_it_costs(one: Standard) -> None:
    whole, alone = compose([one]), visits(one)
    assert (whole.visits.promise, whole.visits.zero.visits) == (alone.promise, alone.zero.visits)
    assert whole.visits.hall.visits == alone.hall.visits
    assert whole.visits.zero.situation == alone.zero.situation
    assert whole.path.days == slowest(one)


@settings(max_examples=250, deadline=None, database=None, derandomize=True)
@given(PAIRS, st.booleans())
def test_together_is_no_less_than_one_and_side_by_side_no_more_than_all(pair: tuple[Standard, Standard], waits: bool) -> None:
    """Where one waits for the other, what could be done with the filing comes later: that may cost a visit."""
    whole = composed(pair, waits)
    for mode in ("zero", "hall"):
        each = [getattr(visits(one), mode).visits for one in pair]
        assert max(each) <= getattr(whole.visits, mode).visits
        assert waits or getattr(whole.visits, mode).visits <= sum(each)


@settings(max_examples=250, deadline=None, database=None, derandomize=True)
@given(PAIRS)
def test_the_order_of_the_files_changes_nothing_and_the_same_file_twice_is_one(pair: tuple[Standard, Standard]) -> None:
    one, other, twice = compose(pair), compose(pair[::-1]), compose([*pair, pair[0]])
    assert twice == one
    assert (one.asked_once, one.path.days) == (other.asked_once, other.path.days)
    for kind in ("form", "materials", "steps", "questions"):
        assert sorted(map(repr, map(plain, getattr(one, kind)))) == sorted(map(repr, map(plain, getattr(other, kind))))
    assert (one.visits.zero.visits, one.visits.hall.visits) == (other.visits.zero.visits, other.visits.hall.visits)


def plain(part: object) -> object:
    """A part without the order of its places, which is that of the first file."""
    return replace(part, at=tuple(sorted(part.at))) if isinstance(part, Step) else part


@settings(max_examples=250, deadline=None, database=None, derandomize=True)
@given(PAIRS)
def test_fields_are_one_exactly_if_a_chain_links_them(pair: tuple[Standard, Standard]) -> None:
    fields = {(one.item.code, field.id): field for one in pair for field in one.form}
    groups = [{key} for key in fields]
    for key, field in fields.items():
        for other, that in fields.items():
            alike = field.source == that.source != "applicant" or field.same_as == that.same_as != ""
            if alike:
                mine, its = (next(group for group in groups if one in group) for one in (key, other))
                if mine is not its:
                    groups.remove(its)
                    mine |= its
    whole = compose(pair)
    assert sorted(map(sorted, groups)) == sorted(sorted(one.members) for one in whole.form)
    assert len({one.part.id for one in whole.form}) == len(whole.form)
    before = sum(len(one.form) + len(one.materials) for one in pair)
    assert whole.asked_once == before - len(whole.form) - len(whole.materials)
