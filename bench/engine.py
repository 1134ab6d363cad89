"""A six-step case, a commit a step, beside django-viewflow, SpiffWorkflow and bare psycopg; and the process alone, in memory.

All on one server with fsync on, in turns, one client each. Ours are whole actions: access, lock, decision, row, tasks, sealed
data, hash chain, jobs. Fails if a case does not end as it should; prints ratios and the statements of each act.
"""

import contextlib
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import ground

ROUNDS, CASES, IN_MEMORY, SPIFF_IN_MEMORY = 5, 20, 1500, 60
SIX = ("submit", "order", "place", "decide", "issue", "deliver")
BEHIND = ("take order", "take place", "accept", "take issue", "take deliver", "end")
"""What a case of ours commits beside the six, and a peer's does not; the draft before them is not timed with them."""
MOST_QUERIES = 8
OWN = ("case", "memory")
PEERS = {
    "bare": ("engine_peers.bare",),
    "viewflow": ("engine_peers.viewflow",),
    "spiff": ("engine_peers.spiff", "stored"),
    "spiff in memory": ("engine_peers.spiff", "memory"),
}
MANY = {"memory": IN_MEMORY, "spiff in memory": SPIFF_IN_MEMORY}
Answers = dict[str, list[dict[str, Any]]]


@dataclass
class Leg:
    """A process that does cases when told how many."""

    process: subprocess.Popen

    def does(self, many: int) -> dict[str, Any]:
        """What it answers."""
        self.process.stdin.write(f"{many}\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """The next line of JSON; a leg that died ends the run."""
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args} ended with {self.process.wait()}")
        return json.loads(line)


@contextlib.contextmanager
def leg(command: Sequence[str], env: dict[str, str]) -> Iterator[Leg]:
    """The leg, ready and warm."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=env, cwd=ground.ROOT / "bench", **pipes) as process:
        made = Leg(process)
        made.answer()
        made.does(3)
        try:
            yield made
        finally:
            process.stdin.close()


def main() -> int:
    """The report; 1 if anything was wrong."""
    with ground.ground("requirements-engine") as made, contextlib.ExitStack() as opened:
        env = ground.environment(made)
        ground.onevisit(env, "migrate")
        peer = {**env, "BENCH_SOCKET": str(made.server.socket)}
        legs = {name: opened.enter_context(leg([sys.executable, "engine_own.py", name], env)) for name in OWN}
        legs |= {name: opened.enter_context(leg([str(made.peers), "-m", *words], peer)) for name, words in PEERS.items()}
        made.psql("bench", "ANALYZE")
        rounds = measured(legs)
    wrong = report(rounds)
    print("\n".join(wrong[:10]))
    return int(bool(wrong))


def measured(legs: dict[str, Leg]) -> Answers:
    """Rounds in turns, every second one the other way round."""
    rounds: Answers = {name: [] for name in legs}
    for number in range(ROUNDS):
        for name in list(legs)[:: -1 if number % 2 else 1]:
            count = MANY.get(name, CASES)
            rounds[name].append({**legs[name].does(count), "count": count})
    return rounds


def rate(one: dict[str, Any], acts: tuple[str, ...] = ()) -> float:
    """Cases a second; of ours with the acts that are named."""
    return one["count"] / (sum(one["acts"][act] for act in acts) if acts else one["seconds"])


def report(rounds: Answers) -> list[str]:
    """Prints ratios and statements; what was wrong."""
    six, all_acts = ([rate(one, acts) for one in rounds["case"]] for acts in (SIX, SIX + BEHIND))
    legs = {"six steps (product)": six, "with taking, acceptance, end (product)": all_acts}
    legs |= {name: [rate(one) for one in each] for name, each in rounds.items() if name != "case"}
    for name, rates in legs.items():
        print(f"{name:<38} {statistics.median(rates):9.1f} cases/s   rounds {' '.join(f'{one:.0f}' for one in rates)}")
    for name, aim in (("viewflow", 5), ("spiff", 5), ("bare", 0.5)):
        print(f"to {name}: {ratio(six, legs[name])} (aim {aim}); with taking, acceptance, end {ratio(all_acts, legs[name])}")
    print(f"in memory, to SpiffWorkflow: {ratio(legs['memory'], legs['spiff in memory'])} (aim 20)")
    statements(rounds["case"])
    return [f"{name}: {word}" for name, each in rounds.items() for one in each for word in one["wrong"]]


def statements(rounds: Sequence[dict[str, Any]]) -> None:
    """Prints what each act costs."""
    count = sum(one["count"] for one in rounds)
    for act in rounds[0]["acts"]:
        seconds = statistics.median(one["acts"][act] / one["count"] for one in rounds)
        queries = sum(one["queries"][act] for one in rounds) / count
        print(f"  {act:<12} {seconds * 1000:7.2f} ms   {queries:5.1f} statements (aim {MOST_QUERIES})")


def ratio(ours: list[float], theirs: list[float]) -> str:
    """The median of the rounds' own ratios, with the least and the most."""
    each = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    return f"{statistics.median(each):.2f} ({each[0]:.2f} to {each[-1]:.2f})"


if __name__ == "__main__":
    sys.exit(main())
