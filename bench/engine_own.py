"""The product's legs of `engine.py`: a six-step case through `cases.actions`, and the same process in memory, by `core`.

Run with the product's environment. `python bench/engine_own.py case` or `memory`; a line with a number on stdin does so many
cases and is answered with a line of JSON: seconds of all acts, of each act, statements of each act, and what was wrong.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from uuid import UUID

import django

django.setup()

import drafts  # noqa: E402 - Django must be ready first
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from onevisit.access import SYSTEM, Actor, Grant  # noqa: E402
from onevisit.cases import actions as cases  # noqa: E402
from onevisit.cases.models import Case  # noqa: E402
from onevisit.catalogue import actions as catalogue  # noqa: E402
from onevisit.catalogue import packs  # noqa: E402
from onevisit.catalogue import queries as catalogues  # noqa: E402
from onevisit.city import actions as founding  # noqa: E402
from onevisit.city import queries as city  # noqa: E402
from onevisit.core import process, stages  # noqa: E402
from onevisit.core.definition import Standard  # noqa: E402
from onevisit.core.state import Act, Refusal, State  # noqa: E402
from onevisit.identity.actions.people import NewPerson, recorded_person  # noqa: E402

ITEM = """
format: onevisit/1
item:
  key: bench-six
  name: 六步备案
  type: 其他行政权力
  department: tax
  theme: [企业开办]
  basis: [{law: 示例摊贩条例, article: 第一条, text: 摆摊应当备案。}]
level: county
audience: [person]
limits: {legal: 20, promised: 5}
questions:
  - {id: food, ask: 卖不卖食品？, options: {yes: 卖, no: 不卖}}
form:
  - {id: goods, label: 卖什么}
  - {id: area, label: 占地面积, type: decimal, unit: m², min: 1, max: 20}
  - {id: days, label: 一周几天, type: integer, min: 1, max: 7}
  - {id: remark, label: 备注, type: long_text, required: false}
process:
  - {id: submit, by: applicant, does: submit, at: [online]}
  - {id: order, by: department, does: review, needs: [submit], days: 2}
  - {id: place, by: department, does: review, needs: [submit], days: 2}
  - {id: decide, by: department, does: decide, needs: [order, place], days: 1}
  - {id: issue, by: department, does: issue, needs: [decide], days: 1, result: permit}
  - {id: deliver, by: department, does: deliver, needs: [issue], at: [licence], days: 1}
results: [{id: permit, name: 备案证明, sample: permit.html}]
faq: [{q: 要等多久？, a: 五个工作日以内。}]
"""
PERSONS = 30
ANSWERS = {"food": "no"}
STEPS = ("submit", "order", "place", "decide", "issue", "deliver")
"""The six; the product commits more: a draft before them, acceptance among them, each officer's taking, the end after them."""
CITY, DEPARTMENT = "340300000000", "tax"
Timed = Callable[[str, Callable[[], Any]], None]


def offered() -> None:
    """The city stands, and every county offers the item."""
    if not city.cities():
        founding.found(CITY)
        founding.furnish_demo(CITY)
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "bench-six"
        (pack / "forms").mkdir(parents=True)
        (pack / "forms" / "permit.html").write_text("<h1>备案证明</h1>", encoding="utf-8")
        (pack / "standard.yaml").write_text(ITEM, encoding="utf-8")
        for published in catalogue.publish_pack(SYSTEM, packs.load(pack)):
            catalogue.offer_everywhere(SYSTEM, published.key)


def applicants() -> Iterator[tuple[Actor, str]]:
    """Person after person in county after county, again and again."""
    counties = [one.code for one in city.children(CITY) if city.office(DEPARTMENT, one.code)]
    found = []
    for place in range(PERSONS):
        person = recorded_person(NewPerson(f"演示{place}", drafts.number(place), demo=True))
        found.append(Actor(f"applicant-{place}", "applicant", person=person, name="演*"))
    return cycle([(actor, county) for county in counties for actor in found])


def officer(name: str, role: str, case: str, county: str) -> Actor:
    """An officer of the county's office who has the case in hand."""
    return Actor(str(UUID(int=int(name))), "officer", grants=(Grant(role, DEPARTMENT, county),), holds=frozenset({case}))


def through(actor: Actor, county: str, timed: Timed) -> str:
    """One case from its draft to its end; its id."""
    found: list[str] = []

    def begun() -> None:
        found.append(cases.start(actor, "bench-six", county, ANSWERS).id)
        cases.save(actor, found[0], drafts.TYPED)

    timed("draft", begun)
    case = found[0]

    def done(number: str, role: str, step: str, data: Mapping[str, Any]) -> None:
        by = officer(number, role, case, county)
        timed(f"take {step}", lambda: cases.take(by, case, step))
        timed(step, lambda: cases.finish(by, case, step, data, cases.Said("符合条件。")))

    ruling = cases.Ruling("grant", ({"row": "1", "text": "符合条件。", "basis": "示例摊贩条例第一条"},), {}, opinion="同意。")
    timed("submit", lambda: cases.file(actor, case))
    done("1", "reviewer", "order", {})
    done("2", "reviewer", "place", {})
    timed("accept", lambda: cases.accept(SYSTEM, case))
    timed("decide", lambda: cases.decide(officer("3", "chief", case, county), case, ruling))
    done("4", "registrar", "issue", {"ref": f"permit-{case}"})
    done("4", "registrar", "deliver", {})
    timed("end", lambda: cases.conclude(SYSTEM, case))
    return case


def whole(people: Iterator[tuple[Actor, str]], many: int) -> dict[str, Any]:
    """Cases through the database; statements are counted beside the clock, by a wrapper that costs a microsecond."""
    seconds: Counter[str] = Counter()
    queries: Counter[str] = Counter()

    def timed(name: str, act: Callable[[], Any]) -> None:
        def counted(execute: Callable[..., Any], *words: Any) -> Any:
            queries[name] += 1
            return execute(*words)

        with connection.execute_wrapper(counted):
            begun = time.perf_counter()
            act()
            seconds[name] += time.perf_counter() - begun

    done = [through(actor, county, timed) for actor, county in islice(people, many)]
    ended = Case.objects.filter(public_id__in=done, stage="concluded", outcome="grant").count()
    wrong = [] if ended == many else [f"{ended} of {many} cases concluded"]
    return {"seconds": sum(seconds.values()), "acts": seconds, "queries": queries, "wrong": wrong}


def acts() -> tuple[Act, ...]:
    """What is done to a case in memory, as the actions above do it."""
    rest = STEPS[1:]
    finishing = [Act("finish", step) for step in rest if step != "decide"]
    return (
        *finishing[:2],
        Act("accept", data={"accepted": "2026-03-02"}),
        Act("decide", data={"outcome": "grant", "decision": "d"}),
        *finishing[2:],
        Act("conclude"),
    )


def remembered(standard: Standard, later: Sequence[Act]) -> State:
    """The process planned, then each act decided and folded: the state at the end."""
    now = settings.CLOCK()
    plan = process.running(standard, ANSWERS)
    needs = {step.id: list(step.needs) for step in plan.steps}
    state = State()
    for act in (Act("file", data={"needs": needs, "received": "2026-03-02"}), *later):
        events = stages.decide(standard, state, act, now)
        if isinstance(events, Refusal):
            raise SystemExit(f"{act.name}: {events.message}")
        state = stages.fold(events, state)
    return state


def in_memory(standard: Standard, later: Sequence[Act], many: int) -> dict[str, Any]:
    """Cases in memory."""
    begun = time.perf_counter()
    done = [remembered(standard, later) for _ in range(many)]
    seconds = time.perf_counter() - begun
    return {
        "seconds": seconds,
        "wrong": [state.stage for state in done if state.stage != "concluded" or not state.finished()][:1],
    }


def main(leg: str) -> None:
    """Answers until stdin ends."""
    offered()
    people = applicants()
    _, county = next(people)
    standard = catalogues.item("bench-six", county).definition
    later = acts()
    print(json.dumps({"ready": leg}), flush=True)
    for line in sys.stdin:
        answer: Mapping[str, Any] = whole(people, int(line)) if leg == "case" else in_memory(standard, later, int(line))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
