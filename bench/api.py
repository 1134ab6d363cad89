"""An item as JSON and a list of 20, beside Django REST framework giving the very same documents from memory.

Both on granian with the same processes and threads, in turns, by wrk; ours through all its middleware. Fails if a peer's document
differs from ours, or if an answer is not 200.
"""

import http.client
import json
import re
import subprocess
import sys
from pathlib import Path

import ground
from ground import Load

SECONDS, ROUNDS = 3, 3
ITEM = "/api/v1/items/deed-tax?division=340302000000"
ITEMS = "/api/v1/items?limit=20"
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def main() -> int:
    """The report; 1 if anything was wrong."""
    with ground.ground() as made:
        env = ground.environment(made)
        ground.onevisit(env, "migrate")
        ground.onevisit(env, "demo")
        peer = {**env, "BENCH_SOCKET": str(made.server.socket)}
        with ground.serving(Path(sys.executable), "onevisit.wsgi:application", env) as port:
            for name, path in (("ITEM", ITEM), ("ITEMS", ITEMS)):
                document = ground.HOME / f"{name.lower()}.json"
                document.write_bytes(body(port, path))
                peer[f"BENCH_{name}"] = str(document)
        return report(*measured(made, env, peer))


def body(port: int, path: str) -> bytes:
    """What the address answers; anything but 200 ends the run."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != http.client.OK:
        raise SystemExit(f"{path}: {answer.status} {content[:300]!r}")
    return content


def measured(made: ground.Ground, env: dict[str, str], peer: dict[str, str]) -> tuple[dict[str, list[Load]], list[str]]:
    """Rounds in turns, and what was wrong."""
    rounds: dict[str, list[Load]] = {}
    wrong: list[str] = []
    for _ in range(ROUNDS):
        with ground.serving(Path(sys.executable), "onevisit.wsgi:application", env) as port:
            for name, path in (("item", ITEM), ("items", ITEMS)):
                rounds.setdefault(f"ours {name}", []).append(wrk(port, path))
        with ground.serving(made.peers, "peer:application", peer) as port:
            for name in ("item", "items"):
                same = json.loads(body(port, f"/{name}")) == json.loads(Path(peer[f"BENCH_{name.upper()}"]).read_bytes())
                wrong += [] if same else [f"DRF gives another {name}"]
                rounds.setdefault(f"DRF {name}", []).append(wrk(port, f"/{name}"))
    return rounds, wrong


def wrk(port: int, path: str) -> Load:
    """A round of wrk on one address, warmed up."""
    command = ["wrk", "-t1", f"-c{ground.CONNECTIONS}", "--latency", f"http://127.0.0.1:{port}{path}"]
    subprocess.run([*command, "-d1s"], check=True, capture_output=True)
    said = subprocess.run([*command, f"-d{SECONDS}s"], check=True, capture_output=True, text=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    return Load(float(rate[1]) if rate else 0.0, cut(said, 50), cut(said, 99), (f"{path}: {bad[1]} bad answers",) if bad else ())


def cut(said: str, percent: int) -> float:
    """Milliseconds at a percentile."""
    found = re.search(rf"(?m)^\s+{percent}%\s+([\d.]+)(us|ms|s)", said)
    return float(found[1]) * UNITS[found[2]] if found else 0.0


def report(rounds: dict[str, list[Load]], wrong: list[str]) -> int:
    """Prints ratios; says what was wrong."""
    middles = {name: ground.middle(each) for name, each in rounds.items()}
    for name, one in middles.items():
        print(ground.told(name, one, rounds[name]))
        wrong += one.wrong
    for name in ("item", "items"):
        print(f"ratio to DRF, {name}: {middles[f'ours {name}'].rate / middles[f'DRF {name}'].rate:.2f} (aim 3)")
    print("\n".join(wrong[:10]))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
