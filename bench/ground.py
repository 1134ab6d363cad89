"""What both benchmarks stand on: a database server, the peers' environment, servers, a load of many connections, and medians."""

import asyncio
import contextlib
import hashlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "var" / "bench"
sys.path[:0] = [str(ROOT / "deploy"), str(ROOT)]

import embedded  # noqa: E402 - found beside us, not in a package

WORKERS, THREADS, CONNECTIONS = 2, 4, 16
GRANIAN = ["--interface", "wsgi", "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--log-level", "error"]


@dataclass(frozen=True)
class Ground:
    """Where things are."""

    server: embedded.Server
    peers: Path
    """The Python of the peers' environment."""

    @property
    def url(self) -> str:
        """The product's database."""
        return f"postgresql://onevisit@/bench?host={self.server.socket}"

    def psql(self, database: str, *statements: str) -> str:
        """What the statements say."""
        words = [part for statement in statements for part in ("-c", statement)]
        command = [self.server.binaries / "psql", "-h", self.server.socket, "-U", "onevisit", "-d", database, "-qAt", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@contextlib.contextmanager
def ground(peers: str = "requirements") -> Iterator[Ground]:
    """A fresh server as it comes (fsync on), with two empty databases; the environment of the peers that this list names."""
    HOME.mkdir(parents=True, exist_ok=True)
    server = embedded.place(HOME)
    log = (HOME / "postgres.log").open("ab")
    process = subprocess.Popen(
        server.command(), stdout=log, stderr=log, preexec_fn=embedded.die_with_parent(signal.SIGINT, server.account), cwd="/"
    )
    made = Ground(server, _peers(peers))
    try:
        while subprocess.run([server.binaries / "pg_isready", "-q", "-h", server.socket]).returncode:
            if process.poll() is not None:
                raise SystemExit(f"PostgreSQL did not start; see {log.name}")
            time.sleep(0.1)
        for name in ("bench", "bench_peer"):
            made.psql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        yield made
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _peers(name: str) -> Path:
    """The Python of an environment that is the product's no more than its licences are, made anew when its list changed."""
    listed = ROOT / "bench" / f"{name}.txt"
    home = HOME / name.replace("requirements", "peers")
    wanted = hashlib.sha256(listed.read_bytes()).hexdigest()
    python, mark = home / "bin" / "python", home / "complete"
    if not mark.exists() or mark.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "-r", listed]
        subprocess.run(pip, check=True)
        mark.write_text(wanted)
    return python


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(python: Path, application: str, env: dict[str, str]) -> Iterator[int]:
    """Granian serves the application, the same way for us and for the peers; its port."""
    port = free_port()
    command = [python, "-m", "granian", *GRANIAN, "--host", "127.0.0.1", "--port", str(port), application]
    log = (HOME / f"{application.partition(':')[0]}.log").open("ab")
    process = subprocess.Popen(
        command, env=env, cwd=ROOT / "bench", stdout=log, stderr=log, preexec_fn=embedded.die_with_parent(signal.SIGTERM)
    )
    try:
        deadline = time.monotonic() + 60
        while socket.socket().connect_ex(("127.0.0.1", port)):
            if time.monotonic() > deadline or process.poll() is not None:
                raise SystemExit(f"{application} did not start; see {log.name}")
            time.sleep(0.1)
        time.sleep(1)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@dataclass(frozen=True)
class Load:
    """What a round of requests gave: how many a second, milliseconds at p50 and p99, answers that were not as expected."""

    rate: float
    p50: float
    p99: float
    wrong: tuple[str, ...]


def load(port: int, requests: Sequence[bytes], expected: bytes) -> Load:
    """All requests are sent once, over CONNECTIONS connections that stay open; each answer's first line must hold `expected`."""
    return asyncio.run(_load(port, requests, expected))


async def _load(port: int, requests: Sequence[bytes], expected: bytes) -> Load:
    waiting, took, wrong = iter(requests), [], []
    begun = time.perf_counter()

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            sent = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(head))
            took.append(time.perf_counter() - sent)
            if expected not in head.split(b"\r\n", 1)[0]:
                wrong.append(head.split(b"\r\n", 1)[0].decode())
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return summed(took, time.perf_counter() - begun, tuple(wrong))


def _length(head: bytes) -> int:
    lines = (line.partition(b":") for line in head.lower().split(b"\r\n"))
    return next((int(value) for name, _, value in lines if name == b"content-length"), 0)


def summed(took: list[float], seconds: float, wrong: tuple[str, ...] = ()) -> Load:
    """The figures of a round."""
    cuts = statistics.quantiles(took, n=100)
    return Load(len(took) / seconds, cuts[49] * 1000, cuts[98] * 1000, wrong)


def middle(rounds: Sequence[Load]) -> Load:
    """The medians of several rounds."""
    figures = (statistics.median(getattr(one, name) for one in rounds) for name in ("rate", "p50", "p99"))
    return Load(*figures, tuple(word for one in rounds for word in one.wrong))


def told(name: str, one: Load, rounds: Sequence[Load]) -> str:
    """A line of the report."""
    each = " ".join(f"{r.rate:.0f}" for r in rounds)
    return f"{name:<44} {one.rate:8.0f}/s   p50 {one.p50:7.2f} ms   p99 {one.p99:7.2f} ms   rounds {each}"


def request(method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def onevisit(env: dict[str, str], *words: str) -> str:
    """A command of the product, run to its end; its output."""
    run = subprocess.run([sys.executable, "-m", "onevisit", *words], env=env, cwd=ROOT, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"onevisit {' '.join(words)}: {run.stdout}{run.stderr}")
    return run.stdout


def environment(made: Ground) -> dict[str, str]:
    """The product's environment: a demo on the bench's database."""
    env = {**os.environ, "DATABASE_URL": made.url, "ONEVISIT_DEMO": "1", "ONEVISIT_VAR": str(HOME), "ONEVISIT_POOL": "8"}
    return env | {"DJANGO_SETTINGS_MODULE": "onevisit.settings", "ONEVISIT_BASE_URL": "http://127.0.0.1"}
