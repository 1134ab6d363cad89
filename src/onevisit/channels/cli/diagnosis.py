"""What a city must have to serve: database, structure, triggers, keys, time, worker, ports; for each failure, what mends it."""

import http.client
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL

from onevisit.channels.cli.machine import Finding
from onevisit.channels.cli.running import reason
from onevisit.identity import queries as people
from onevisit.ledger import health

OLDEST = 15
LOOSE = 0o077
SHORTEST_SECRET = 32
LOCAL = ("127.0.0.1", "localhost", "::1")
NEEDED_KEYS = {"session": "会话", "wrapping-*": "包裹", "root-*": "根签名", "seal.pem": "签章"}
LASTING = ("fsync", "full_page_writes")
STOPPED = re.compile("Connection refused|No such file or directory|is starting up|timeout expired")
EMBEDDED = re.compile(rf"^({re.escape(str(settings.VAR))}|/var/lib/onevisit|/tmp/onevisit-|本机/)")
"""Where the server of `make run` lies, or no address was given at all."""
NEVER_SERVES = frozenset({"secret", "keys", "migrations", "durability", "clock", "triggers", "disk", "demo"})
DEMO_NEVER_SERVES = frozenset({"keys", "migrations", "triggers"})
"""What the web refuses to start with; in a demo, whose database may be a throw-away one, less."""


def findings() -> tuple[Finding, ...]:
    """Everything that can be told of this city, its database first."""
    reached = database()
    found = [reached, *_of_database()] if reached.ok else [reached]
    asked = [one for one in health.readiness() if reached.ok or one.name == "disk"]
    found += [Finding(one.name, one.ok, one.text, one.mend) for one in asked if one.name != "database"]
    return (*found, secret(), keys(settings.KEYS), demo(), port())


def refusals() -> tuple[Finding, ...]:
    """Why the web must not start now; a database that cannot be reached is no reason, it may come back."""
    grave = DEMO_NEVER_SERVES if settings.DEMO else NEVER_SERVES
    return tuple(one for one in findings() if not one.ok and one.name in grave)


def database() -> Finding:
    """Whether the database answers, and is new enough; else why not and what to run."""
    place = _place()
    try:
        connection.ensure_connection()
    except OperationalError as why:
        return _unreached(place, reason(why))
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        major = int(cursor.fetchone()[0]) // 10000
    if major < OLDEST:
        return Finding("database", False, f"PostgreSQL是{major}，需要{OLDEST}或更新的。", "升级PostgreSQL，或者改DATABASE_URL")
    return Finding("database", True, f"PostgreSQL {major}（{place}）有回答。")


def _place() -> str:
    """Where the database is, without a password."""
    chosen = connection.settings_dict
    host = chosen["OPTIONS"].get("host") or chosen["HOST"] or "本机"
    return f"{host}{':' if chosen['PORT'] else ''}{chosen['PORT']}/{chosen['NAME']}"


def _named(reason: str) -> str:
    found = re.search('"([^"]+)"', reason)
    return found[1] if found else ""


def _unreached(place: str, reason: str) -> Finding:
    if STOPPED.search(reason):
        start = "make run" if EMBEDDED.search(place) else "sudo systemctl start postgresql"
        return Finding("database", False, f"数据库（{place}）没有启动，或者地址不对：{reason}。", f"{start}；地址在DATABASE_URL")
    if "authentication failed" in reason or "no password" in reason:
        return Finding("database", False, f"数据库（{place}）不认这个用户或密码。", "改DATABASE_URL里的用户和密码")
    if "does not exist" in reason:
        create = "createuser" if "role" in reason else "createdb"
        return Finding("database", False, f"服务器在，但没有这个数据库或用户：{reason}。", f"{create} {_named(reason)}")
    return Finding("database", False, f"数据库（{place}）连不上：{reason}。", "检查DATABASE_URL和数据库的日志")


def _of_database() -> tuple[Finding, ...]:
    return (triggers(), durability())


def triggers() -> Finding:
    """Whether every trigger that the migrations made is there and on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        there = {row[0] for row in cursor.fetchall()}
    absent = sorted(set(_made_triggers()) - there)
    if absent:
        text = f"保护数据的触发器不在或被关掉：{'、'.join(absent)}。"
        return Finding("triggers", False, text, "onevisit migrate；还不行就从备份恢复，并查是谁动了数据库")
    return Finding("triggers", True, "保护数据的触发器都在。")


def _made_triggers() -> Iterator[str]:
    """The names of the triggers that applied migrations of the house made."""
    loader = MigrationLoader(connection)
    for key, migration in loader.disk_migrations.items():
        if key in loader.applied_migrations and key[0] in settings.ROOMS:
            for operation in migration.operations:
                if isinstance(operation, RunSQL):
                    yield from re.findall(r"CREATE (?:CONSTRAINT )?TRIGGER (\w+)", str(operation.sql))


def durability() -> Finding:
    """Whether what was acknowledged survives a power cut."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = 'off'", [list(LASTING)])
        off = [row[0] for row in cursor.fetchall()]
    if off:
        return Finding(
            "durability",
            False,
            f"数据库关掉了{'、'.join(off)}，断电会丢数据。",
            f"在postgresql.conf里改成 {off[0]} = on，再重启数据库",
        )
    return Finding("durability", True, "数据库写入落盘（fsync开着）。")


def secret() -> Finding:
    """Whether the key of sessions and forms is there and long enough."""
    if len(settings.SECRET_KEY) >= SHORTEST_SECRET:
        return Finding("secret", True, "会话密钥在。")
    return Finding(
        "secret", False, "没有会话密钥，或者太短。", f"umask 277; openssl rand -base64 48 > {settings.KEYS / 'session'}"
    )


def keys(folder: Path) -> Finding:
    """Whether the key files are there (a demo makes them at first use) and nobody else can read them."""
    held = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pub" and path.parent == folder]
    loose = [path.name for path in (folder, *held) if path.exists() and path.stat().st_mode & LOOSE]
    if loose:
        return Finding(
            "keys", False, f"密钥别人也能读：{'、'.join(sorted(loose))}。", f"chmod 700 {folder}; chmod 400 {folder}/*"
        )
    absent = [word for name, word in NEEDED_KEYS.items() if not next(folder.glob(name), None)]
    if absent and not settings.DEMO:
        return Finding("keys", False, f"{folder}里缺少密钥：{'、'.join(absent)}。", "从备份取回密钥文件，见docs/operators.md")
    return Finding("keys", True, f"密钥{len(held)}个，只有本用户能读。")


def demo() -> Finding:
    """Whether the log-in by one click is on only where nobody else can reach it."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    if settings.DEMO and host not in LOCAL:
        text = f"这里对外服务（{host}），却开着演示登录：任何人点一下就能以别人的身份办事。"
        return Finding("demo", False, text, "去掉环境变量ONEVISIT_DEMO，再重启网站和后台办理")
    return Finding(
        "demo", True, f"演示环境，{len(people.demo_people())}个演示人物，只在本机。" if settings.DEMO else "演示登录关着。"
    )


def port() -> Finding:
    """Whether the web's port is ours or free."""
    address = urlsplit(settings.BASE_URL)
    host, number = address.hostname or "127.0.0.1", address.port or (443 if address.scheme == "https" else 80)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    asked = kind(host, number, timeout=3)
    try:
        asked.request("GET", "/livez")
        answered = asked.getresponse().status
    except ConnectionRefusedError:
        return Finding("port", True, f"端口{number}空着，网站没有启动。")
    except (OSError, http.client.HTTPException) as why:
        return Finding(
            "port", False, f"{settings.BASE_URL}没有像网站那样回答（{why}）。", f"查看是谁占用：ss -ltnp sport = :{number}"
        )
    finally:
        asked.close()
    if answered == http.client.OK:
        return Finding("port", True, f"网站在运行：{settings.BASE_URL}。")
    return Finding(
        "port",
        False,
        f"端口{number}上是别的程序（/livez答{answered}）。",
        f"停掉它，或者换端口：ONEVISIT_PORT={number + 10} make run",
    )
