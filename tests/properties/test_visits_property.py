"""The visit count against an oracle that knows nothing of ways and chains: it plays through what an applicant could do.

Time is a row of moments. In one moment whatever is instant follows at once; what takes days ends in a later moment. Who comes may
do any ready step at the hall while the moment lasts. A breadth-first search finds the fewest comings, over all choices of places.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core.definition import ItemHead, Material, Party, Presence, Question, Standard, Step, Within
from onevisit.core.visits import visits

COSTLY = ("hall", "kiosk")
Answers = Mapping[str, str]


@dataclass(frozen=True)
class Node:
    """A step as the oracle sees it."""

    needs: frozenset[str]
    takes_days: bool
    must_come: bool


def fewest_comings(nodes: Mapping[str, Node]) -> int:
    """By which everything gets done. A state is what is done, what is under way, and whether somebody is here."""
    queue = deque([(0, frozenset[str](), frozenset[str](), False)])
    seen = set()
    while queue:
        cost, done, under_way, here = queue.popleft()
        done, under_way = follow(nodes, done, under_way)
        if len(done) == len(nodes):
            return cost
        if (done, under_way, here) in seen:
            continue
        seen.add((done, under_way, here))
        if under_way:
            queue.appendleft((cost, done | under_way, frozenset(), False))
        if not here:
            queue.append((cost + 1, done, under_way, True))
            continue
        for name in ready(nodes, done, under_way):
            more = frozenset({name})
            days = nodes[name].takes_days
            queue.appendleft((cost, done if days else done | more, under_way | more if days else under_way, True))
    raise AssertionError("the process never ends")


def ready(nodes: Mapping[str, Node], done: frozenset[str], under_way: frozenset[str]) -> list[str]:
    return [name for name, node in nodes.items() if name not in done and name not in under_way and node.needs <= done]


def follow(nodes: Mapping[str, Node], done: frozenset[str], under_way: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """What happens by itself in this moment."""
    while own := [name for name in ready(nodes, done, under_way) if not nodes[name].must_come]:
        under_way |= {name for name in own if nodes[name].takes_days}
        done |= {name for name in own if not nodes[name].takes_days}
    return done, under_way


def holds(when: Mapping[str, tuple[str, ...]], answers: Answers) -> bool:
    return all(answers.get(name) in values for name, values in when.items())


def all_situations(standard: Standard) -> Iterator[Answers]:
    """Every combination of answers and outcomes, cut down to what is asked."""
    axes = [(question.id, question.options, question.when) for question in standard.questions]
    axes += [(f"step.{step.id}", step.outcomes, step.when) for step in standard.process if step.outcomes]
    for combination in product(*(options for _, options, _ in axes)):
        answers: dict[str, str] = {}
        for (name, _, when), answer in zip(axes, combination, strict=True):
            if holds(when, answers):
                answers[name] = answer
        yield answers


def must_show(standard: Standard, step: Step, answers: Answers) -> bool:
    """Whether the applicant, free to choose in each group, must show an original at this step."""
    held = [paper for paper in standard.materials if holds(paper.when, answers)]
    groups: dict[str, list[Material]] = {}
    for number, paper in enumerate(held):
        groups.setdefault(paper.one_of or f"alone {number}", []).append(paper)
    return any(all(paper.shown == step.does for paper in group) for group in groups.values())


def choices(step: Step, shown: bool) -> list[str]:
    places = [place for place in step.at if not (shown and place in ("online", "kiosk"))]
    if step.presence or (shown and not places):
        return ["hall"]
    return places or [""]


def at_the_hall(step: Step, places: list[str]) -> str:
    free = [place for place in places if place not in COSTLY]
    if step.does == "deliver" and free:
        return free[0]
    return "hall" if "hall" in places else "kiosk" if "kiosk" in places else places[0]


def concerns(step: Step, party: str) -> bool:
    if not party or (step.together and party in step.together):
        return True
    return not step.together and step.by in ("applicant", "window", f"applicant:{party}")


def nodes_of(standard: Standard, answers: Answers, costly: frozenset[str], party: str) -> dict[str, Node]:
    """The steps of a situation; a pause that the law prescribes is a step of its own."""
    steps = {step.id: step for step in standard.process}
    active = {name for name, step in steps.items() if holds(step.when, answers)}

    def left(name: str) -> frozenset[str]:
        return frozenset().union(*({need} if need in active else left(need) for need in steps[name].needs))

    nodes: dict[str, Node] = {}
    for name in active:
        step, needs = steps[name], left(name)
        if step.within:
            nodes[f"pause before {name}"] = Node(needs, takes_days=True, must_come=False)
            needs = frozenset({f"pause before {name}"})
        nodes[name] = Node(needs, bool(step.days), name in costly and concerns(step, party))
    return nodes


def plans(standard: Standard, mode: str, answers: Answers) -> Iterator[frozenset[str]]:
    """For each plan, the steps for which somebody must come."""
    steps = [step for step in standard.process if holds(step.when, answers)]
    offers = [choices(step, must_show(standard, step, answers)) for step in steps]
    if mode == "hall":
        offers = [[at_the_hall(step, places)] for step, places in zip(steps, offers, strict=True)]
    for plan in product(*offers):
        yield frozenset(step.id for step, place in zip(steps, plan, strict=True) if place in COSTLY)


def brute_force(standard: Standard, mode: str, answers: Answers) -> int:
    """The best plan for the person who must come most often."""
    people = [party.id for party in standard.parties] or [""]
    counts = {
        costly: [fewest_comings(nodes_of(standard, answers, costly, person)) for person in people]
        for costly in set(plans(standard, mode, answers))
    }
    return max(min(by_plan) for by_plan in zip(*counts.values(), strict=True))


# Random definitions, small enough to be played through

GOOD, BAD = {"step.s0": ("good",)}, {"step.s0": ("bad",)}
CONDITIONS = st.sampled_from([{}, {}, {}, {"a": ("x",)}, {"a": ("y",)}, {"b": ("x",)}, {"b": ("x", "y"), "a": ("x",)}, GOOD, BAD])
OFFERS = st.sampled_from(
    [("online", "hall"), ("hall",), ("kiosk",), ("online",), ("post", "kiosk"), ("hall", "post"), ("kiosk", "online", "hall"), ()]
)
SORTS = st.sampled_from(
    ["office days", "office instant", "place", "place", "place days", "presence", "presence days", "result", "pause"]
)
WHO = st.sampled_from(["applicant:p", "applicant:r", "applicant:t", "both"])
SHAPES = st.tuples(SORTS, OFFERS, CONDITIONS, st.integers(0, 127), WHO)
PAPERS = st.tuples(st.sampled_from(["", "g"]), st.sampled_from(["submit", ""]), CONDITIONS)


def step_of(number: int, shape: tuple[str, tuple[str, ...], dict[str, tuple[str, ...]], int, str], parties: bool) -> Step:
    sort, offer, when, bits, who = shape
    needs = tuple(f"s{one}" for one in range(number) if bits >> one & 1 and (bits >> one + 1) % 3)
    by = "department" if sort.startswith("office") else (who if who != "both" else "window") if parties else "applicant"
    return Step(
        f"s{number}",
        by=by,
        does="deliver" if sort == "result" else "submit" if sort == "place" else "verify",
        needs=needs,
        when=when if number else {},
        at=() if sort.startswith("office") else offer,
        presence=Presence("面谈") if sort.startswith("presence") else None,
        instant=sort == "office instant",
        days=2 if sort.endswith("days") else None,
        within=Within(after=3) if sort == "pause" else None,
        together=("p", "r") if parties and who == "both" and sort.startswith("presence") else (),
        outcomes=("good", "bad") if number == 0 else (),
    )


@st.composite
def definitions(draw: st.DrawFn, parties: bool = False, papers: bool = False) -> Standard:
    shapes = draw(st.lists(SHAPES, min_size=1, max_size=6))
    shown = draw(st.lists(PAPERS, max_size=3)) if papers else []
    nested = draw(st.booleans())
    return Standard(
        ItemHead("演示事项", "行政许可", "market", key="demo"),
        "county",
        ("person",),
        tuple(step_of(number, shape, parties) for number, shape in enumerate(shapes)),
        parties=(Party("p", "甲方"), Party("r", "乙方"), Party("t", "丙方")) if parties else (),
        questions=(
            Question("a", "第一问", {"x": "是", "y": "否"}),
            Question("b", "第二问", {"x": "是", "y": "否"}, when={"a": ("x",)} if nested else {}),
        ),
        materials=tuple(
            Material(f"m{n}", f"材料{n}", one_of=group, shown=at, when=when) for n, (group, at, when) in enumerate(shown)
        ),
    )


def agrees(standard: Standard) -> None:
    counted = visits(standard)
    for mode, count in (("zero", counted.zero), ("hall", counted.hall)):
        worst = max(brute_force(standard, mode, answers) for answers in all_situations(standard))
        assert count.visits == worst
        assert len(count.chain) == count.visits
        assert brute_force(standard, mode, count.situation) == worst


@settings(max_examples=1200, deadline=None, database=None, derandomize=True)
@given(definitions())
def test_the_count_is_what_an_applicant_cannot_beat(standard: Standard) -> None:
    agrees(standard)


@settings(max_examples=700, deadline=None, database=None, derandomize=True)
@given(definitions(parties=True))
def test_each_person_is_counted_and_the_worst_counts(standard: Standard) -> None:
    agrees(standard)


@settings(max_examples=700, deadline=None, database=None, derandomize=True)
@given(definitions(papers=True))
def test_an_original_to_be_seen_shuts_online_and_kiosk(standard: Standard) -> None:
    agrees(standard)
