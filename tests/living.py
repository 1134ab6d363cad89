"""A whole city as processes, for journeys and fault trials: stand-ins, web, worker on a database of their own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from onevisit.settings import ROOT

PATIENCE = 60.0
STANDINS = ("province", "gateway", "courier", "police")
USUAL = ("province", "gateway", "worker", "web")
"""What runs in every journey; the other stand-ins are started by the journey that needs them."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class City:
    """The processes of one city and where they are reached."""

    folder: Path
    environment: dict[str, str]
    web: int = field(default_factory=free_port)
    province: int = field(default_factory=free_port)
    gateway: int = field(default_factory=free_port)
    courier: int = field(default_factory=free_port)
    police: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environment |= {
            "ONEVISIT_BASE_URL": self.url,
            **{f"ONEVISIT_{name.upper()}": f"http://127.0.0.1:{self.port(name)}" for name in STANDINS},
            "ONEVISIT_VAR": str(self.folder),
            "ONEVISIT_KEYS": str(self.folder / "keys"),
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web}"

    def onevisit(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """The command line, run to its end."""
        command = [sys.executable, "-m", "onevisit", *words]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=300)
        if check and done.returncode:
            raise AssertionError(f"onevisit {' '.join(words)}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return done

    def commands(self) -> Mapping[str, list[str]]:
        """How each process is started."""
        onevisit = [sys.executable, "-m", "onevisit"]
        return {
            **{name: self._standin(name) for name in STANDINS},
            "worker": [*onevisit, "worker"],
            "web": [*onevisit, "serve", "--port", str(self.web), "--processes", "1"],
        }

    def port(self, name: str) -> int:
        """Where a stand-in listens."""
        return int(getattr(self, name))

    def _standin(self, name: str) -> list[str]:
        state = str(self.folder / f"{name}.db")
        return [sys.executable, "-m", f"standins.{name}", "--port", str(self.port(name)), "--state", state]

    def start(self, *names: str, **extra: str) -> None:
        """Starts these processes (what every journey needs if none is named) if they don't run yet, with extra environment."""
        for name in (name for name in names or USUAL if name not in self.processes):
            log = (self.folder / f"{name}.log").open("ab")
            command = self.commands()[name]
            env = {**self.environment, **extra}
            self.processes[name] = subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        if not names or "web" in names:
            self.await_web()

    def await_web(self) -> None:
        """Waits until the web answers."""
        self.wait_for(lambda: self.get("/livez")[0] in (200, 404), "web")

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a page; status 0 while nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def wait_for(self, holds: Any, what: str, seconds: float = PATIENCE) -> None:
        """Waits until `holds()` is true; else says what was waited for, with the ends of the logs."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if holds():
                return
            time.sleep(0.1)
        raise AssertionError(f"waited in vain for {what}\n{self.logs()}")

    def logs(self) -> str:
        """The last lines of every process."""
        return "\n".join(f"--- {p.name}\n{p.read_text(errors='replace')[-1500:]}" for p in sorted(self.folder.glob("*.log")))

    def kill(self, name: str, sign: int = signal.SIGKILL) -> None:
        """The process and all that it started get the signal, and are gone."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        process.wait(timeout=30)

    def stop(self) -> None:
        """Everything stops."""
        for name in ("web", "worker", *STANDINS):
            if name in self.processes:
                self.kill(name, signal.SIGTERM)

    def rows(self, query: str, *args: object) -> list[tuple[Any, ...]]:
        """What the database says."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            return connection.execute(query, args).fetchall()

    def idle(self) -> bool:
        """Whether no job waits that is due."""
        due = "status IN ('todo', 'doing') AND coalesce(scheduled_at, now()) <= now()"
        return bool(self.rows(f"SELECT count(*) FROM procrastinate_jobs WHERE {due}")[0][0] == 0)

    def trouble(self, partner: str, **how: object) -> None:
        """The stand-in's control page is told how to misbehave."""
        body = "&".join(f"{key}={value}" for key, value in how.items()).encode()
        urllib.request.urlopen(f"http://127.0.0.1:{self.port(partner)}/control", data=body, timeout=10).close()

    def checked(self) -> None:
        """`onevisit check` finds nothing."""
        done = self.onevisit("check", "--json", check=False)
        found = json.loads(done.stdout or "{}").get("checked", ())
        broken = [one for one in found if not one["holds"]]
        assert done.returncode == 0, json.dumps(broken, ensure_ascii=False, indent=1)[:4000] + done.stderr[-2000:]


@contextlib.contextmanager
def living(folder: Path, environment: Mapping[str, str]) -> Iterator[City]:
    """The demo city, running; stopped at the end."""
    city = City(folder, dict(environment))
    try:
        city.onevisit("demo")
        city.start()
        yield city
    finally:
        city.stop()
