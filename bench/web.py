"""A case is filed over HTTP, with all checks, events and jobs, beside a bare Django view with three statements.

Both on granian with the same processes and threads, on one server with fsync on, in turns, 16 connections; also pgbench doing
the bare view's transaction, which is the floor of that server. Fails if an answer, a number or an invariant is wrong.
"""

import json
import subprocess
import sys
from pathlib import Path

import ground
from ground import Load, request

PERSONS, ROUNDS, BARE = 60, 3, 2000
FLOOR_SECONDS = 3
CASE = {"item": 17, "region": 33, "applicant": "P123", "data": {"a": 1, "b": "x" * 400}}
SCRIPT = """\\set n random(1, 1000000)
BEGIN;
INSERT INTO bench_case (item, region, applicant, state, data, created)
VALUES (17, 33, 'P123', 'accepted', '{"a": 1}', now()) RETURNING id \\gset
INSERT INTO bench_event (case_id, kind, at, data) VALUES (:id, 'accepted', now(), '{"by": 7, "window": 3}');
UPDATE bench_case SET state = 'in_review', due = now() WHERE id = :id;
COMMIT;
"""


def main() -> int:
    """The report; 1 if anything was wrong."""
    with ground.ground() as made:
        env = ground.environment(made)
        ground.onevisit(env, "migrate")
        ground.onevisit(env, "demo")
        filings = prepared(env)
        peer = {**env, "BENCH_SOCKET": str(made.server.socket)}
        subprocess.run([made.peers, "-c", "import peer; peer.prepare()"], env=peer, cwd=ground.ROOT / "bench", check=True)
        made.psql("bench", "ANALYZE")
        return report(measured(made, filings, env, peer), made, env, len(filings))


def prepared(env: dict[str, str]) -> list[bytes]:
    """A request for each draft, as a browser sends it."""
    run = subprocess.run(
        [sys.executable, "bench/drafts.py", str(PERSONS)], env=env, cwd=ground.ROOT, capture_output=True, text=True
    )
    if run.returncode:
        raise SystemExit(run.stderr)
    token = "t" * 32
    made = []
    for draft in map(json.loads, run.stdout.splitlines()):
        body = f"csrfmiddlewaretoken={token}&key={draft['key']}".encode()
        cookies = f"sessionid={draft['session']}; csrftoken={token}"
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        made.append(request("POST", f"/cases/{draft['case']}/file", headers, body))
    return made


def measured(made: ground.Ground, filings: list[bytes], env: dict[str, str], peer: dict[str, str]) -> dict[str, list[Load]]:
    """Rounds in turns: ours, the bare view, the floor."""
    share = len(filings) // ROUNDS
    bare = [request("POST", "/case", {"Content-Type": "application/json"}, json.dumps(CASE).encode())] * BARE
    rounds: dict[str, list[Load]] = {"ours": [], "bare": [], "floor": []}
    for number in range(ROUNDS):
        ours = filings[number * share : (number + 1) * share]
        with ground.serving(Path(sys.executable), "onevisit.wsgi:application", env) as port:
            ground.load(port, [request("GET", "/items/bench-stall?division=340302000000")] * 64, b"200")  # warm
            rounds["ours"].append(ground.load(port, ours, b"302"))
        with ground.serving(made.peers, "peer:application", peer) as port:
            ground.load(port, bare[:64], b"201")
            rounds["bare"].append(ground.load(port, bare, b"201"))
        rounds["floor"].append(floor(made))
    return rounds


def floor(made: ground.Ground) -> Load:
    """The same three statements from pgbench."""
    script = ground.HOME / "floor.sql"
    script.write_text(SCRIPT)
    script.chmod(0o644)
    command = [
        made.server.binaries / "pgbench",
        "-n",
        "-c",
        "16",
        "-j",
        "2",
        "-T",
        str(FLOOR_SECONDS),
        "-f",
        script,
        "-M",
        "prepared",
    ]
    run = subprocess.run(
        [*command, "-h", made.server.socket, "-U", "onevisit", "bench_peer"], check=True, capture_output=True, text=True
    )
    rate = next(float(line.split()[2]) for line in run.stdout.splitlines() if line.startswith("tps ="))
    return Load(rate, 0.0, 0.0, ())


def report(rounds: dict[str, list[Load]], made: ground.Ground, env: dict[str, str], drafts: int) -> int:
    """Prints ratios; says what was wrong."""
    ours, bare, floor_ = (ground.middle(rounds[name]) for name in ("ours", "bare", "floor"))
    print(ground.told("POST /cases/<id>/file (product)", ours, rounds["ours"]))
    print(ground.told("POST, three statements (bare Django)", bare, rounds["bare"]))
    print(f"{'the same statements from pgbench':<44} {floor_.rate:8.0f}/s")
    print(f"ratio to the bare view {ours.rate / bare.rate:.3f} (aim 0.6); to the floor {ours.rate / floor_.rate:.3f} (aim 0.15)")
    sent = drafts // ROUNDS * ROUNDS
    wrong = [*ours.wrong, *bare.wrong]
    filed = int(made.psql("bench", "SELECT count(*) FROM ledger_event WHERE kind = 'case.filed'"))
    numbers = int(made.psql("bench", "SELECT count(DISTINCT number) FROM cases_case WHERE number IS NOT NULL"))
    wrong += [f"{filed} filed and {numbers} numbers, not {sent}"] if (filed, numbers) != (sent, sent) else []
    ground.onevisit(env, "worker", "--once")  # else the check finds jobs that wait
    ground.onevisit(env, "check", "--quick")
    print("\n".join(wrong[:10]))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
