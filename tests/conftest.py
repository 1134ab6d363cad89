"""The ground that tests stand on: PostgreSQL 15, a migrated template, clones of it, a clock, a worker.

`db` (pytest-django) rolls back. `committed` is a database of its own, with what follows a commit; nothing is ever emptied, since
append-only tables refuse that. ONEVISIT_TEST_DATABASE_URL names a server to use; else one is started and dies with the tests.
"""

import contextlib
import ctypes
import hashlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from onevisit.ledger import jobs
from onevisit.settings import ROOT, SOURCE, ZONE, database

BINARIES = Path("/usr/lib/postgresql/15/bin")
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "listen_addresses=")
TEMPLATE_LOCK = 20181
SERVER = pytest.StashKey[tuple[str, Callable[[], None]]]()
PR_SET_PDEATHSIG = 1
names = itertools.count(1)

settings.DEMO = True
settings.SECRET_KEY = "tests"
settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False


def start_server() -> tuple[str, Callable[[], None]]:
    """The address of a private server, and how to stop it. It runs as `postgres` when we are root, and dies with this process."""
    home = Path(tempfile.mkdtemp(prefix="onevisit-"))
    user = pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    os.chown(home, user.pw_uid, user.pw_gid)
    run = {"user": user.pw_uid, "group": user.pw_gid, "cwd": home} if os.getuid() == 0 else {"cwd": home}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    initdb = [BINARIES / "initdb", "-D", home / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run(initdb, check=True, **run, **quiet)
    options = [part for setting in (*SPEED, f"unix_socket_directories={home}") for part in ("-c", setting)]
    command = [BINARIES / "postgres", "-D", home / "data", *options]
    process = subprocess.Popen(command, preexec_fn=_die_with_parent, **run, **quiet)

    def stop() -> None:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        shutil.rmtree(home, ignore_errors=True)

    url = f"postgresql://postgres@/postgres?host={home}"
    for _ in range(100):
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(url).close()
            return url, stop
        time.sleep(0.1)
    stop()
    raise RuntimeError(f"PostgreSQL did not start in {home}")


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def server_of(config: pytest.Config) -> str:
    """The address of the server for this run, started at the first call; xdist workers are given their controller's."""
    given = getattr(config, "workerinput", {}).get("server") or os.environ.get("ONEVISIT_TEST_DATABASE_URL")
    if given:
        return str(given)
    if SERVER not in config.stash:
        config.stash[SERVER] = start_server()
    return config.stash[SERVER][0]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Every xdist worker uses the server of the controller."""
    node.workerinput["server"] = server_of(node.config)  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash:
        config.stash[SERVER][1]()


@dataclass
class Databases:
    """Clones of the migrated template on one server."""

    url: str
    template: str = ""

    def admin(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(statement)

    def clone(self) -> str:
        name = f"test_{os.getpid()}_{next(names)}"
        self.admin(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        return name

    def drop(self, name: str) -> None:
        self.admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def address(self, name: str) -> str:
        return self.url.replace("/postgres?", f"/{name}?")

    def use(self, name: str) -> None:
        """Django speaks to the database of this name from now on, in every thread, without a pool."""
        connections.close_all()
        chosen = database(self.address(name))
        chosen["OPTIONS"].pop("pool")
        connections.settings["default"].update(chosen)
        connection.settings_dict.update(chosen)

    def migrate(self) -> None:
        """The template exists, made once for all processes and kept as long as no migration changes."""
        files = sorted([*SOURCE.glob("*/migrations/*.py"), SOURCE / "ledger" / "triggers.py", ROOT / "requirements.lock"])
        self.template = "onevisit_" + hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
            if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.template]).fetchone():
                return
            draft = f"{self.template}_draft"
            admin.execute(f"DROP DATABASE IF EXISTS {draft} WITH (FORCE)")
            admin.execute(f"CREATE DATABASE {draft}")
            self.use(draft)
            call_command("migrate", verbosity=0)
            connections.close_all()
            admin.execute(f"ALTER DATABASE {draft} RENAME TO {self.template}")


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, django_db_blocker: object) -> Databases:
    """The server's databases; the template is ready."""
    found = Databases(server_of(request.config))
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        found.migrate()
    return found


@pytest.fixture(scope="session")
def django_db_setup(databases: Databases, django_db_blocker: object) -> Iterator[None]:
    """What `db` rolls back to: one clone a worker."""
    name = databases.clone()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        databases.use(name)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
    databases.drop(name)


@dataclass(frozen=True)
class Committed:
    """A database of one's own, where commits are real."""

    url: str
    environment: dict[str, str]

    def drain(self) -> None:
        """Every job that is due is done by a real worker."""
        jobs.work(wait=False, concurrency=1)


@pytest.fixture
def committed(databases: Databases, django_db_setup: None, django_db_blocker: object) -> Iterator[Committed]:
    """A fresh clone, used by Django, by threads and, with `environment`, by other processes."""
    before, name = str(connection.settings_dict["NAME"]), databases.clone()
    url = databases.address(name)
    environment = {**os.environ, "DATABASE_URL": url, "ONEVISIT_DEMO": "1", "ONEVISIT_KEYS": str(settings.KEYS)}
    environment |= {"ONEVISIT_VAR": str(settings.VAR), "DJANGO_SETTINGS_MODULE": "onevisit.settings"}
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        databases.use(name)
        yield Committed(url, environment)
        databases.use(before)
    databases.drop(name)


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keys and files of tests lie in a folder of theirs."""
    settings.VAR = tmp_path_factory.mktemp("var")
    settings.KEYS = settings.VAR / "keys"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the legal clock, in hall time: `clock("2026-03-02T10:00")`; it stands still there."""

    def stand(moment: str) -> None:
        fixed = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
        monkeypatch.setattr(settings, "CLOCK", lambda: fixed)

    return stand


@pytest.fixture
def tampering() -> Callable[[], contextlib.AbstractContextManager[None]]:
    """What a superuser could do: `with tampering():` turns every trigger off, to break what an invariant must notice."""

    @contextlib.contextmanager
    def off() -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = origin")

    return off
