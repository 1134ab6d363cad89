"""`make run`: one parent that starts PostgreSQL, the outside world's stand-ins, worker and web, and stops them with itself.

A dead child is started again, with back-off. SIGINT, SIGTERM, SIGHUP stop web, worker, stand-ins, PostgreSQL, in that order; if
the parent is killed outright the kernel tells every child. Nothing here is needed in production (see the systemd units).
"""

import fcntl
import http.client
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import embedded

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("ONEVISIT_VAR", ROOT / "var")).resolve()
ONEVISIT = (sys.executable, "-m", "onevisit")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
UNDER_MAKE = "--die-with-parent" in sys.argv[1:]
STANDINS = {"province": 8101, "gateway": 8102, "courier": 8103, "police": 8104}
"""The stand-ins of other systems (standins/), with the port that each uses if ONEVISIT_<NAME>_PORT says nothing else."""
PORTS = {"ONEVISIT_PORT": 8000, **{f"ONEVISIT_{name.upper()}_PORT": port for name, port in STANDINS.items()}}
PATIENCE = 10.0
"""Seconds that a child may take to stop before it is killed."""
DRAIN = 5
"""Seconds that requests under way have when everything stops."""
STEADY = 60.0
"""A child that ran so long begins its back-off anew."""
LONGEST_PAUSE = 30.0
READY_WITHIN = 60.0


class Stop(Exception):
    """A signal asked the parent to end."""


class Trouble(Exception):
    """It cannot go on; the message says why and what to do."""


@dataclass
class Child:
    """A process that is kept running: its name, command, environment, and the signal that stops it gracefully."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    stop_signal: int = signal.SIGTERM
    server: embedded.Server | None = None
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = 0.0
    again_at: float | None = None

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return VAR / "log" / f"{self.name}.log"

    def start(self) -> None:
        """Starts it; it dies with us."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        account = self.server.account if self.server else None
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.env,
                cwd="/" if self.server else ROOT,
                preexec_fn=embedded.die_with_parent(self.stop_signal, account),
            )
        self.started, self.again_at = time.monotonic(), None

    @property
    def is_dead(self) -> bool:
        """Whether it was started and runs no more."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Stops it and all that it started."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE)
        self.sweep()

    def sweep(self) -> None:
        """Kills what is left of its process group."""
        if self.process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def revive(self) -> None:
        """Starts it again if it is dead: at once the first time, then after 1, 2, 4 … 30 seconds."""
        now = time.monotonic()
        if not self.is_dead:
            return
        if self.again_at is None:
            self.sweep()
            self.failures = 1 if now - self.started > STEADY else self.failures + 1
            self.again_at = now + (0 if self.failures < 2 else min(LONGEST_PAUSE, 2.0 ** (self.failures - 2)))
            code = self.process.returncode if self.process else None
            print(f"{self.name} 停了（退出码{code}），重新启动。日志：{self.log}", flush=True)
        if now >= self.again_at:
            self.start()


def main() -> int:
    """Runs until it is told to stop; the exit code."""
    for number in SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # `nohup make run` goes on
            signal.signal(number, _stop)
    children: list[Child] = []
    try:
        if UNDER_MAKE:
            embedded.signal_when_parent_dies(signal.SIGTERM)
        with _alone():
            _run(children, _ports())
    except Trouble as why:
        print(why, file=sys.stderr, flush=True)
        return 1
    except Stop:
        print("\n已停止。", flush=True)
    return 0


@contextmanager
def _alone() -> Iterator[None]:
    """The only `make run` of this folder."""
    try:
        VAR.mkdir(parents=True, exist_ok=True)
        lock = (VAR / "run.lock").open("w")
    except OSError as why:
        raise Trouble(f"不能写入 {VAR}（{why.strerror}）。请用建立它的用户运行，或者用 ONEVISIT_VAR 指定别的目录。") from why
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as why:
            raise Trouble("已经有一个 make run 在这个目录里运行。请先停掉它（在那个终端按 Ctrl+C）。") from why
        yield


def _ports() -> dict[str, int]:
    """The ports to use, all free."""
    chosen: dict[str, int] = {}
    for variable, usual in PORTS.items():
        try:
            port = int(os.environ.get(variable, usual))
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except (ValueError, OverflowError) as why:
            raise Trouble(f"{variable} 要写成1024至65535之间的一个端口号，例如 {variable}={usual} make run") from why
        except PermissionError as why:
            raise Trouble(f"没有权限使用端口{port}。请换一个大于1024的端口：{variable}={usual} make run") from why
        except OSError as why:
            raise Trouble(f"端口{port}被别的程序占用。请停掉那个程序，或者换一个端口：{variable}={port + 10} make run") from why
        chosen[variable] = port
    return chosen


def _environment(ports: Mapping[str, int]) -> dict[str, str]:
    env = {**os.environ, "ONEVISIT_DEMO": "1", "ONEVISIT_VAR": str(VAR), "PYTHONUNBUFFERED": "1"}
    env["DJANGO_SETTINGS_MODULE"] = "onevisit.settings"
    env.setdefault("ONEVISIT_BASE_URL", f"http://127.0.0.1:{ports['ONEVISIT_PORT']}")
    env |= {f"ONEVISIT_{name.upper()}": f"http://127.0.0.1:{ports[f'ONEVISIT_{name.upper()}_PORT']}" for name in STANDINS}
    if env.get("ONEVISIT_NOW"):  # all children count the shifted clock from the same moment
        env.setdefault("ONEVISIT_NOW_SINCE", datetime.now(UTC).isoformat())
    return env


def _run(children: list[Child], ports: Mapping[str, int]) -> None:
    """Starts everything and keeps it running; whatever ends this, everything is stopped."""
    url = VAR / "database-url"
    try:
        env = _environment(ports)
        if not env.get("DATABASE_URL"):
            env["DATABASE_URL"] = _database(children)
        (VAR / "static").mkdir(exist_ok=True)
        url.unlink(missing_ok=True)
        url.touch(0o600)
        url.write_text(env["DATABASE_URL"])  # for `onevisit` in another terminal
        _write_command(env)
        outside, inside = _outside(env, ports), _inside(env, ports)
        _start(children, outside)
        with _running((*ONEVISIT, "migrate"), env, "数据库结构没有建好"):
            pass
        with _running((*ONEVISIT, "demo"), env, "演示城市没有装好"):
            _start(children, inside)
        _await_ready(children, ports["ONEVISIT_PORT"])
        print((VAR / "welcome.txt").read_text(encoding="utf-8"))
        print(f"在另一个终端检查：{_shown(VAR / 'onevisit')} doctor\n停止：按 Ctrl+C\n", flush=True)
        while True:
            _pause(0.5)
            for child in children:
                child.revive()
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        for child in reversed(children):
            child.stop()
        url.unlink(missing_ok=True)


def _write_command(env: Mapping[str, str]) -> None:
    """`var/onevisit`: the command line for this house from any other terminal."""
    told = {name: value for name, value in env.items() if name.startswith(("ONEVISIT_", "DATABASE_URL", "DJANGO_"))}
    lines = ["#!/bin/sh", *(f"export {name}={shlex.quote(value)}" for name, value in told.items())]
    lines += [f'exec {" ".join(map(shlex.quote, ONEVISIT))} "$@"', ""]
    command = VAR / "onevisit"
    command.unlink(missing_ok=True)
    command.touch(0o700)
    command.write_text("\n".join(lines), encoding="utf-8")


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _caught_by_make() -> int:
    """Which of SIGINT and SIGHUP make still catches, as a mask; 0 if it is not make that started us.

    Told by one of them to end, make gives up catching it, passes nothing on and waits for us: this is how we hear of it.
    """
    if not UNDER_MAKE:
        return 0
    status = Path(f"/proc/{os.getppid()}/status").read_text()
    mask = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt"))
    return mask & (1 << (signal.SIGINT - 1) | 1 << (signal.SIGHUP - 1))


def _pause(seconds: float) -> None:
    """Waits; raises `Stop` if make was told to end meanwhile."""
    time.sleep(seconds)
    if _caught_by_make() != CAUGHT_BY_MAKE:
        raise Stop


def _database(children: list[Child]) -> str:
    """The embedded server runs; its address."""
    try:
        server = embedded.place(VAR)
    except (OSError, subprocess.SubprocessError, embedded.Unfit) as why:
        raise Trouble(f"内置数据库没有准备好：{why}。改好后再运行，或者用 DATABASE_URL 指明一个 PostgreSQL。") from why
    database = Child("postgres", server.command(), dict(os.environ), signal.SIGINT, server)
    children.append(database)
    database.start()
    ready = [str(server.binaries / "pg_isready"), "-q", "-h", str(server.socket), "-U", "onevisit"]
    deadline = time.monotonic() + READY_WITHIN
    while subprocess.run(ready).returncode:
        if database.is_dead or time.monotonic() > deadline:
            raise Trouble(f"内置数据库没有起来。原因在 {database.log} 的最后几行：\n{_last_lines(database.log)}")
        _pause(0.1)
    return server.url


def _outside(env: Mapping[str, str], ports: Mapping[str, int]) -> tuple[Child, ...]:
    """The stand-ins of other systems."""

    def command(name: str) -> list[str]:
        port = str(ports[f"ONEVISIT_{name.upper()}_PORT"])
        return [sys.executable, "-m", f"standins.{name}", "--port", port, "--state", str(VAR / f"{name}.db")]

    return tuple(Child(name, command(name), env) for name in STANDINS)


def _inside(env: Mapping[str, str], ports: Mapping[str, int]) -> tuple[Child, ...]:
    """What the city itself runs."""
    web = [*ONEVISIT, "serve", "--port", str(ports["ONEVISIT_PORT"]), "--drain", str(DRAIN)]
    return (Child("worker", [*ONEVISIT, "worker"], env), Child("web", web, env))


def _start(children: list[Child], more: Sequence[Child]) -> None:
    for child in more:
        children.append(child)
        child.start()


@contextmanager
def _running(command: Sequence[str], env: Mapping[str, str], trouble: str) -> Iterator[None]:
    """The command runs meanwhile, and has done its work at the end."""
    with subprocess.Popen(command, env=env, cwd=ROOT, preexec_fn=embedded.die_with_parent(signal.SIGTERM)) as process:
        try:
            yield
            while process.poll() is None:
                _pause(0.05)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise Trouble(f"{trouble}，原因见上面。改好后再运行 make run；演示数据要从头来，删掉 {VAR} 再运行。")


def _await_ready(children: Sequence[Child], port: int) -> None:
    """Waits until /readyz says yes; raises `Trouble` with what is missing if it does not within a minute."""
    deadline, answer = time.monotonic() + READY_WITHIN, ""
    while time.monotonic() < deadline:
        for dead in (child for child in children if child.is_dead):
            raise Trouble(f"{dead.name} 没有起来。原因在 {dead.log} 的最后几行：\n{_last_lines(dead.log)}")
        try:
            answered, answer = _ask(port)
            if answered == http.client.OK:
                return
        except (OSError, http.client.HTTPException) as why:
            answer = str(why)
        _pause(0.2)
    raise Trouble(f"{READY_WITHIN:.0f}秒内没有准备好：{answer}。日志在 {VAR / 'log'}。")


def _ask(port: int) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")
    finally:
        connection.close()


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:])


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop


CAUGHT_BY_MAKE = _caught_by_make()

if __name__ == "__main__":
    sys.exit(main())
