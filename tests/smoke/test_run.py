"""`make run` itself, on the embedded database: it welcomes, mends what dies, and leaves nothing behind however it ends."""

import contextlib
import fcntl
import http.client
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.living import free_port

from onevisit.settings import ROOT

pytestmark = pytest.mark.smoke
ENDS = {
    "Ctrl+C in the terminal": ("terminal", signal.SIGINT),
    "the terminal is closed": ("terminal", signal.SIGHUP),
    "make is interrupted": ("make", signal.SIGINT),
    "make is told to end": ("make", signal.SIGTERM),
    "make is killed": ("make", signal.SIGKILL),
    "the parent is killed": ("deploy/run.py", signal.SIGKILL),
}
"""Who gets which signal; a terminal tells its whole foreground group."""
MAKEFILE = "run:\n\t@exec $(PYTHON) deploy/run.py --die-with-parent\n"
"""The last line of `make run`; the lines before it would prepare the environment that the tests run in."""
MARK = "ONEVISIT_SMOKE"
ENTERED = [*ROOT.parents, ROOT, *Path(sys.executable).resolve().parents, Path(sys.executable).resolve()]
OPEN = os.geteuid() == 0 and all(place.stat().st_mode & 0o001 for place in ENTERED)
AGAIN_SECONDS = 15
"""What a second start may take on a machine that has nothing else to do."""


@dataclass
class House:
    """One `make run`, known by a mark in the environment of all its processes."""

    var: Path
    user: str = ""
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    web: int = field(default_factory=free_port)
    province: int = field(default_factory=free_port)
    gateway: int = field(default_factory=free_port)
    courier: int = field(default_factory=free_port)
    police: int = field(default_factory=free_port)
    said: list[str] = field(default_factory=list)
    parent: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Bare, as a new user has it."""
        standins = {name: getattr(self, name) for name in ("province", "gateway", "courier", "police")}
        ports = {"ONEVISIT_PORT": self.web, **{f"ONEVISIT_{name.upper()}_PORT": port for name, port in standins.items()}}
        names = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.var.parent / "home"), "ONEVISIT_VAR": str(self.var)}
        return {**names, MARK: self.mark, **{name: str(port) for name, port in ports.items()}}

    def start(self) -> float:
        """Starts it and waits for the welcome; the seconds that took."""
        begun = time.monotonic()
        (self.var.parent / "Makefile").write_text(MAKEFILE)
        command = ["make", "-f", str(self.var.parent / "Makefile"), f"PYTHON={sys.executable}"]
        account = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": ()} if self.user else {}
        self.said.clear()
        self.parent = subprocess.Popen(
            command,
            env=self.environment,
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **account,
        )
        threading.Thread(target=self._listen, args=[self.parent], daemon=True).start()
        until(lambda: self.has_said("停止：按 Ctrl+C") or self.parent.poll() is not None, 120, self.report)
        assert self.parent.poll() is None, self.report()
        return time.monotonic() - begun

    def _listen(self, parent: subprocess.Popen[str]) -> None:
        for line in parent.stdout or ():
            self.said.append(line.rstrip())

    def has_said(self, words: str) -> bool:
        return any(words in line for line in self.said)

    def report(self) -> str:
        """What it said, and the ends of its logs."""
        logs = [f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}" for log in sorted(self.var.glob("log/*.log"))]
        return "\n".join([*self.said, *logs])

    def processes(self) -> dict[int, str]:
        """Those alive that bear our mark: pid -> command line."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if f"{MARK}={self.mark}".encode() in (folder / "environ").read_bytes():
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    def pid_of(self, words: str) -> int:
        """The oldest process whose command line has these words."""
        return min(pid for pid, command in self.processes().items() if words in command)

    def end(self, sign: int = signal.SIGTERM, whom: str = "make") -> None:
        """Whoever it is gets the signal; returns when make is gone."""
        assert self.parent
        if whom == "terminal":
            os.killpg(self.parent.pid, sign)
        else:
            os.kill(self.pid_of(whom), sign)
        self.parent.wait(60)

    def get(self, path: str, port: int = 0) -> int:
        """The status of a page; 0 while nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.web, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def onevisit(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of another terminal."""
        env = {"PATH": "/usr/bin:/bin"}
        return subprocess.run([self.var / "onevisit", *words], env=env, cwd="/", text=True, capture_output=True, timeout=120)

    def is_locked(self) -> bool:
        """Whether somebody still holds the lock of this folder."""
        with (self.var / "run.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return True
        return False


def until(holds: Callable[[], bool], seconds: float, report: Callable[[], str]) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, report()
        time.sleep(0.1)


@contextlib.contextmanager
def a_house(folder: Path, user: str = "") -> Iterator[House]:
    """A house in an empty folder, ended and cleared away whatever happens."""
    house = House(folder / "var", user)
    for made in (folder, folder / "home"):
        made.mkdir(exist_ok=True)
        if user:
            shutil.chown(made, user)
    try:
        yield house
    finally:
        if house.parent and house.parent.poll() is None:
            house.end()
        for pid in house.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(embedded().home_of(house.var), ignore_errors=True)


def embedded() -> object:
    spec = importlib.util.spec_from_file_location("embedded", ROOT / "deploy" / "embedded.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["embedded"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(tmp_path_factory.mktemp("house")) as made:
        made.start()
        yield made


def test_it_welcomes_with_addresses_and_people_and_everything_answers(house):
    for words in (f"http://127.0.0.1:{house.web}", "张晓月", "吴敏", f"http://127.0.0.1:{house.gateway}/control"):
        assert house.has_said(words), house.report()
    pages = ("/", "/livez", "/readyz", "/login", f"/search?q={quote('买房交税')}", "/api/v1/openapi.json")
    assert {page: house.get(page) for page in pages} == dict.fromkeys(pages, 200)
    assert house.get("/control", house.province) == house.get("/control", house.gateway) == 200


def test_the_doctor_and_the_check_of_another_terminal_find_nothing_wrong(house):
    for command in ("doctor", "check"):
        run = house.onevisit(command)
        assert run.returncode == 0, run.stdout + run.stderr


def test_a_second_start_in_the_same_folder_is_refused_in_a_sentence(house):
    run = subprocess.run(
        [sys.executable, "deploy/run.py"], env=house.environment, cwd=ROOT, text=True, capture_output=True, timeout=30
    )
    assert (run.returncode, run.stderr.count("\n")) == (1, 1)
    assert "已经有一个 make run" in run.stderr


def test_a_port_in_use_is_named_with_another_to_try(house, tmp_path):
    env = {**house.environment, "ONEVISIT_VAR": str(tmp_path)}
    run = subprocess.run([sys.executable, "deploy/run.py"], env=env, cwd=ROOT, text=True, capture_output=True, timeout=30)
    assert (run.returncode, run.stderr.count("\n")) == (1, 1)
    assert f"端口{house.web}被别的程序占用" in run.stderr
    assert f"ONEVISIT_PORT={house.web + 10} make run" in run.stderr


@pytest.mark.parametrize("killed", ["granian", "onevisit worker", "standins.gateway", "bin/postgres"])
def test_what_is_killed_is_started_again(house, killed):
    house.said.clear()
    gone = house.pid_of(killed)
    os.kill(gone, signal.SIGKILL)
    until(lambda: house.has_said("重新启动") and house.get("/readyz") == house.get("/") == 200, 60, house.report)
    assert house.pid_of(killed) != gone


@pytest.mark.parametrize(("whom", "sign"), ENDS.values(), ids=ENDS)
def test_however_it_ends_nothing_is_left_and_it_starts_again_at_once(house, whom, sign):
    house.end(sign, whom)
    until(lambda: not house.processes(), 30, lambda: f"{house.processes()}\n{house.report()}")
    assert not house.is_locked()
    assert house.get("/") == 0
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert house.start() < AGAIN_SECONDS * busy, house.report()
    assert house.get("/readyz") == 200


def test_a_removed_folder_begins_a_new_city(house):
    """Keys go with the folder; data that they sealed must go too."""
    if house.parent.poll() is None:
        house.end()
    shutil.rmtree(house.var)
    house.start()
    assert house.onevisit("check").returncode == 0


@pytest.mark.skipif(not OPEN, reason="only root can be somebody else, and only where others may enter")
def test_an_ordinary_user_with_nothing_can_run_it(tmp_path_factory):
    folder = Path("/tmp") / f"onevisit-smoke-{uuid.uuid4().hex[:8]}"
    try:
        with a_house(folder, "nobody") as house:
            house.start()
            assert house.get("/") == 200
            assert {Path(f"/proc/{pid}").stat().st_uid for pid in house.processes()} == {pwd.getpwnam("nobody").pw_uid}
            house.end(signal.SIGINT, "terminal")
            until(lambda: not house.processes(), 30, house.report)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.skipif(not OPEN, reason="only root can be somebody else, and only where others may enter")
def test_a_folder_that_one_may_not_write_is_named(tmp_path):
    env = {**House(tmp_path / "var").environment, "ONEVISIT_VAR": "/var/lib/forbidden"}
    run = subprocess.run(
        [sys.executable, "deploy/run.py"], env=env, cwd=ROOT, text=True, capture_output=True, timeout=30, user="nobody"
    )
    assert (run.returncode, run.stderr.count("\n")) == (1, 1)
    assert "不能写入 /var/lib/forbidden" in run.stderr
