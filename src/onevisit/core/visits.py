"""Visits (到现场次数): how often somebody must come, why, and the smallest change that saves one (最多跑一次).

Two steps that need presence share one visit exactly when every way in the process from one to the other goes through instant
steps only. So the fewest visits = the most presence steps on any one way with a wait between each two neighbours. A step that
falls away is neither a presence nor a wait: the count only grows with what applies, so `worst` finds the worst situation fast.

>>> from onevisit.core.definition import ItemHead, Step
>>> submit = Step("submit", by="applicant", does="submit", at=("online", "hall"))
>>> review = Step("review", by="department", does="review", needs=("submit",), days=3)
>>> pay = Step("pay", by="applicant", does="pay", needs=("review",), at=("hall",))
>>> counted = visits(Standard(ItemHead("食品经营许可", "行政许可", "market"), "county", ("person",), (submit, review, pay)))
>>> counted.promise, counted.zero.visits, counted.hall.visits, counted.hall.chain
('many', 1, 2, ('submit', 'pay'))
>>> counted.zero.saves
(Save(step='pay', change='“缴费”增加不用到场的办理方式（例如线上、邮寄或者上门）', visits=0),)
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from onevisit.core import reasons
from onevisit.core.definition import Standard
from onevisit.core.presence import NOTHING, Change, Counter, Mode
from onevisit.core.rework import base
from onevisit.core.situations import Situation

Promise = Literal["zero", "one", "many"]

WORDS: Mapping[Promise, str] = {"zero": "零跑", "one": "最多跑一次", "many": "跑多次"}
"""The promise in the applicant's words."""

TRIALS = 40
"""How many sets of changes are tried before the search for the smallest one gives up."""


@dataclass(frozen=True, slots=True)
class Save:
    """A smallest change: at which step, what to do, and how many visits are left then."""

    step: str
    change: str
    visits: int


@dataclass(frozen=True, slots=True)
class Count:
    """Visits of one way of doing it, in the worst situation; `chain` are the counted presence steps, `party` who makes them."""

    visits: int
    situation: Situation
    plan: Mapping[str, str]
    chain: tuple[str, ...]
    reasons: tuple[str, ...]
    saves: tuple[Save, ...]
    party: str = ""


@dataclass(frozen=True, slots=True)
class Visits:
    """What a definition costs in visits: at best (`zero`), at the hall (`hall`), and what may be promised."""

    item: str
    promise: Promise
    zero: Count
    hall: Count

    @property
    def word(self) -> str:
        """The promise in the applicant's words, with its number where it is more than one."""
        return WORDS[self.promise] if self.promise != "many" else f"跑{max(self.zero.visits, self.hall.visits)}次"


def visits(standard: Standard, known: Situation | None = None) -> Visits:
    """The visits in the worst situation that has these answers. Raises `process.Circular`."""
    zero, hall = _count(standard, "zero", known or {}), _count(standard, "hall", known or {})
    return Visits(standard.item.id, promise(zero.visits, hall.visits), zero, hall)


def promise(zero: int, hall: int) -> Promise:
    """What may be promised: both ways of doing it count, so that nobody is sent home to a computer."""
    if zero > 1 or hall > 1:
        return "many"
    return "zero" if zero == 0 else "one"


def to_json(counted: Visits) -> dict[str, object]:
    """The counts as the command line prints them."""
    return {"item": counted.item, "promise": counted.promise, "zero": _json(counted.zero), "hall": _json(counted.hall)}


def _json(count: Count) -> dict[str, object]:
    return {
        "visits": count.visits,
        "situation": dict(count.situation),
        "plan": dict(count.plan),
        "chain": list(count.chain),
        "reasons": list(count.reasons),
        "saves": [{"step": save.step, "change": save.change, "visits": save.visits} for save in count.saves],
    }


def _count(standard: Standard, mode: Mode, known: Situation) -> Count:
    """Each person's visits are counted; the one who must come most often counts."""
    counters = [Counter(standard, mode, party.id, known) for party in standard.parties] or [Counter(standard, mode, "", known)]
    counter = _busiest(counters, NOTHING)
    most, stops, plan = counter.worst(NOTHING), counter.stops(NOTHING), counter.plan()
    who = next((one.name for one in standard.parties if one.id == counter.party), "")
    why = tuple(reasons.stop(number, stop, who) for number, stop in enumerate(stops, 1)) or (reasons.none(plan),)
    saves = tuple(_saves(counters, most.count)) if most.count else ()
    return Count(most.count, most.situation, plan, tuple(stop.step.id for stop in stops), why, saves, counter.party)


def _saves(counters: Sequence[Counter], most: int) -> Iterator[Save]:
    """Every single change that saves a visit, the easiest first; if none does, the first set of changes that does together.

    A change helps only if it touches the way that is counted: only what lies on that way is tried, then what lies on the next.
    """
    queue, tried, helped = [NOTHING], {NOTHING}, False
    for spared in queue:
        if helped:
            return
        for change in _on_the_way(counters, spared):
            more = spared | {change}
            if more in tried or len(tried) > TRIALS or (helped and spared):
                continue
            tried.add(more)
            queue.append(more)
            if not any(counter.reaches(most, more) for counter in counters):
                helped = True
                changes = sorted(more, key=counters[0].rank)
                left = _busiest(counters, more).worst(more).count
                yield Save(changes[0].step, "；同时".join(counters[0].change(one) for one in changes), left)


def _on_the_way(counters: Sequence[Counter], spared: frozenset[Change]) -> list[Change]:
    """What could be changed on the way that counts now, the easiest first; a procedure that the law prescribes can't."""
    stops = _busiest(counters, spared).stops(spared)
    found = [Change(base(stop.step.id), "presence") for stop in stops]
    found += [Change(base(step.id), "wait") for stop in stops for step in stop.waits if not step.special]
    return sorted(dict.fromkeys(found), key=counters[0].rank)


def _busiest(counters: Sequence[Counter], spared: frozenset[Change]) -> Counter:
    return max(counters, key=lambda counter: counter.worst(spared).count)
