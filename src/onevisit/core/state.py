"""What is known of a case (办件) at a moment, and the values that change it: acts wanted, events that happened, refusals."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal, TypeVar


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a step is: `hands` names who has it when not the one that the definition says; `ref` what it made."""

    status: Literal["waiting", "ready", "done", "skipped"] = "waiting"
    hands: str = ""
    outcome: str = ""
    ref: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """A span off the clock: why, which clocks stand still, and when."""

    reason: str
    clocks: tuple[str, ...]
    start: str
    end: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a case: the fold of its events. Moments are RFC 3339 texts."""

    stage: str = "draft"
    marks: Mapping[str, Mark] = field(default_factory=dict)
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    received: str = ""
    accepted: str = ""
    decided: str = ""
    concluded: str = ""
    deemed: bool = False
    outcome: str = ""
    decision: str = ""
    notices: int = 0
    extended: int = 0
    pauses: tuple[Pause, ...] = ()

    def ready(self) -> tuple[str, ...]:
        """The steps that can be done now, in the order of the definition."""
        return tuple(step for step, mark in self.marks.items() if mark.status == "ready")

    def finished(self) -> bool:
        """Whether no step is left to do."""
        return all(mark.status in ("done", "skipped") for mark in self.marks.values())


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a case: `kind` is noun.past, `data` holds references, never a person's values."""

    kind: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is not agreed to, and what would work."""

    code: str
    message: str
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do. `on` names a step for start, finish and return; `data` is what the event will keep."""

    name: str
    on: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


MARK, STATE = (tuple(one.name for one in fields(kind)) for kind in (Mark, State))
K = TypeVar("K", Mark, State)
_OF_MARK, _OF_STATE = attrgetter(*MARK), attrgetter(*STATE)


def marked(mark: Mark, **changes: Any) -> Mark:
    """The mark with these changes (`dataclasses.replace`, several times as fast: every event of every case comes here)."""
    return _with(Mark(*_OF_MARK(mark)), changes)


def moved(state: State, **changes: Any) -> State:
    """The state with these changes, likewise."""
    return _with(State(*_OF_STATE(state)), changes)


def _with(fresh: K, changes: Mapping[str, Any]) -> K:
    """A value that nobody else has seen yet, with these changes."""
    for name, value in changes.items():
        object.__setattr__(fresh, name, value)
    return fresh


def to_json(state: State) -> dict[str, Any]:
    """The state as plain values, the cache that a case's row keeps."""
    told = {name: getattr(state, name) for name in STATE}
    told["marks"] = {step: {name: getattr(mark, name) for name in MARK} for step, mark in state.marks.items()}
    told["needs"] = {step: list(needs) for step, needs in state.needs.items()}
    told["pauses"] = [asdict(pause) for pause in state.pauses]
    return told


def from_json(value: Mapping[str, Any]) -> State:
    """The state that `to_json` wrote."""
    known = dict(value)
    known["marks"] = {step: Mark(**mark) for step, mark in known.get("marks", {}).items()}
    known["needs"] = {step: tuple(needs) for step, needs in known.get("needs", {}).items()}
    known["pauses"] = tuple(Pause(**{**pause, "clocks": tuple(pause["clocks"])}) for pause in known.get("pauses", ()))
    return State(**known)
