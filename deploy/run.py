"""`make run`: one parent that starts PostgreSQL, the stand-ins of the outside world, web and worker, and stops them all with itself.

A dead child is started again, with back-off. SIGINT, SIGTERM, SIGHUP stop web, worker, stand-ins, PostgreSQL, in that order; if the parent
is killed outright the kernel tells every child. Nothing here is needed in production (see the systemd units beside this file).
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import embedded

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("ONEVISIT_VAR", ROOT / "var"))
PYTHON = sys.executable
PORT = int(os.environ.get("ONEVISIT_PORT", "8000"))
PROVINCE = int(os.environ.get("ONEVISIT_PROVINCE_PORT", "8101"))
GATEWAY = int(os.environ.get("ONEVISIT_GATEWAY_PORT", "8102"))
PATIENCE = 10.0
"""Seconds that a child may take to stop before it is killed."""


@dataclass
class Child:
    """A process that is kept running: its name, command, and the signal that stops it gracefully."""

    name: str
    command: Sequence[str]
    stop_signal: int = signal.SIGTERM
    server: embedded.Server | None = None
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    not_before: float = 0.0
    started: float = field(default=0.0)

    def start(self, env: dict[str, str]) -> None:
        """Starts it, its output going to var/log/<name>.log."""
        log = VAR / "log" / f"{self.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        account = self.server.account if self.server else None
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=env, cwd="/" if self.server else ROOT,
                preexec_fn=embedded.die_with_parent(self.stop_signal, account),
            )  # fmt: skip
        self.started = time.monotonic()

    def stop(self) -> None:
        """Stops it and all that it started."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                pass
        self.sweep()

    def sweep(self) -> None:
        """Kills what is left of its process group."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        self.process.wait()


class Stop(Exception):
    """A signal asked the parent to end."""


def main() -> int:
    """Runs until it is told to stop; the exit code."""
    VAR.mkdir(parents=True, exist_ok=True)
    lock = (VAR / "run.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return _say("已经有一个 make run 在这个目录里运行。请先停掉它（在那个终端按 Ctrl+C）。")
    for port, variable in ((PORT, "ONEVISIT_PORT"), (PROVINCE, "ONEVISIT_PROVINCE_PORT"), (GATEWAY, "ONEVISIT_GATEWAY_PORT")):
        if _taken(port):
            return _say(f"端口{port}被别的程序占用。请停掉那个程序，或者换一个端口再试：{variable}={port + 10} make run")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    children: list[Child] = []
    try:
        _run(children)
    except Stop:
        print("\n正在停止", flush=True)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in reversed(children):
            child.stop()
        (VAR / "database-url").unlink(missing_ok=True)
    return 0


def _run(children: list[Child]) -> None:
    env = {**os.environ, "ONEVISIT_DEMO": "1", "ONEVISIT_VAR": str(VAR), "ONEVISIT_BASE_URL": _base_url(), "PYTHONUNBUFFERED": "1"}
    env.setdefault("DJANGO_SETTINGS_MODULE", "onevisit.settings")
    env["ONEVISIT_PROVINCE"], env["ONEVISIT_GATEWAY"] = f"http://127.0.0.1:{PROVINCE}", f"http://127.0.0.1:{GATEWAY}"
    if "DATABASE_URL" not in env:
        server = embedded.place(ROOT, VAR)
        database = Child("postgres", server.command(), signal.SIGINT, server)
        children.append(database)
        database.start(dict(os.environ))
        _await_socket(server, database)
        env["DATABASE_URL"] = server.url
    (VAR / "static").mkdir(exist_ok=True)
    (VAR / "database-url").write_text(env["DATABASE_URL"])
    (VAR / "database-url").chmod(0o600)
    onevisit = [PYTHON, "-m", "onevisit"]
    _once([*onevisit, "migrate"], env, "数据库结构没有建好")
    _once([*onevisit, "demo"], env, "演示城市没有装好")
    for child in (
        Child("province", [PYTHON, "-m", "standins.province", "--port", str(PROVINCE), "--state", str(VAR / "province.json")]),
        Child("gateway", [PYTHON, "-m", "standins.gateway", "--port", str(GATEWAY), "--state", str(VAR / "gateway.json")]),
        Child("worker", [*onevisit, "worker"]),
        Child("web", [*onevisit, "serve", "--port", str(PORT)]),
    ):
        children.append(child)
        child.start(env)
    _await_ready(children)
    print((VAR / "welcome.txt").read_text(encoding="utf8"), flush=True)
    _keep(children, env)


def _keep(children: list[Child], env: dict[str, str]) -> None:
    """Starts a dead child again: at once the first time, then after 1, 2, 4 … 30 seconds."""
    while True:
        time.sleep(0.5)
        now = time.monotonic()
        for child in children:
            if child.process is None or child.process.poll() is None:
                continue
            if child.not_before <= child.started:
                child.sweep()
                child.failures = 0 if now - child.started > 60 else child.failures + 1
                child.not_before = now + (0 if child.failures < 2 else min(30.0, 2.0 ** (child.failures - 2)))
                print(f"{child.name} 停了（退出码{child.process.returncode}），重新启动。日志：{VAR / 'log' / (child.name + '.log')}", flush=True)
            if now >= child.not_before:
                child.start(dict(os.environ) if child.server else env)


def _once(command: Sequence[str], env: dict[str, str], trouble: str) -> None:
    done = subprocess.run(command, env=env, cwd=ROOT, preexec_fn=embedded.die_with_parent(signal.SIGTERM))
    if done.returncode:
        print(f"{trouble}（上面是原因）。改好后再运行 make run；要从头来，删掉 {VAR} 再试。", file=sys.stderr)
        raise Stop


def _await_socket(server: embedded.Server, child: Child) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        ready = subprocess.run([str(server.binaries / "pg_isready"), "-q", "-h", str(server.socket), "-U", "onevisit"])
        if ready.returncode == 0:
            return
        if child.process is None or child.process.poll() is not None:
            break
        time.sleep(0.1)
    _say(f"数据库没有起来。原因在 {VAR / 'log' / 'postgres.log'} 的最后几行。")
    raise Stop


def _await_ready(children: Sequence[Child]) -> None:
    """Waits until /readyz says yes; says what is missing if it does not within a minute."""
    deadline = time.monotonic() + 60
    answer = ""
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=5) as response:
                if response.status == 200:
                    return
        except urllib.error.HTTPError as error:
            answer = error.read().decode("utf8", "replace")
        except OSError as error:
            answer = json.dumps({"web": str(error)})
        dead = next((c for c in children if c.process and c.process.poll() is not None), None)
        if dead:
            _say(f"{dead.name} 没有起来。原因在 {VAR / 'log' / (dead.name + '.log')} 的最后几行。")
            raise Stop
        time.sleep(0.2)
    _say(f"一分钟内没有准备好：{answer}。日志在 {VAR / 'log'}。")
    raise Stop


def _base_url() -> str:
    return os.environ.get("ONEVISIT_BASE_URL", f"http://127.0.0.1:{PORT}")


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def _say(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
