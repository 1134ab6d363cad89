"""A stand-in as a process of its own, for tests that need the outside world: a free port, its own memory, its control page."""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

PR_SET_PDEATHSIG = 1
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Running:
    """A running stand-in."""

    name: str
    keys: Path
    state: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """It answers when this returns."""
        self.port = self.port or _free_port()
        command = [sys.executable, "-m", f"standins.{self.name}", "--port", str(self.port), "--state", str(self.state)]
        environment = {**os.environ, "ONEVISIT_KEYS": str(self.keys)}
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, preexec_fn=_die_with_parent)
        _await(f"{self.url}/livez", self.process)

    def kill(self) -> None:
        """As by kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(5)

    def stop(self, grace: float = 5) -> int:
        """It is asked to stop: its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(grace)

    def set(self, **chosen: str) -> None:
        """What its control page is set to."""
        answer = httpx.post(f"{self.url}/control", data=chosen)
        assert answer.status_code == 303, answer.text


@contextmanager
def running(name: str, folder: Path, keys: Path | None = None) -> Iterator[Running]:
    """A running stand-in with its memory in `folder`; its keys are made there unless a folder with keys is given."""
    keys = keys or folder / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    secret = keys / f"peer-demo-{name}.key"
    if not secret.exists():
        secret.write_text(secrets.token_hex(32), encoding="ascii")
        secret.chmod(0o400)
    it = Running(name, keys, folder / f"{name}.sqlite3")
    it.start()
    try:
        yield it
    finally:
        if it.process is not None and it.process.poll() is None:
            it.kill()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{url} 没有起来，退出码{process.returncode}")
        try:
            httpx.get(url, timeout=1)
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise TimeoutError(url)
