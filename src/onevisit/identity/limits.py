"""How often somebody may guess, search, send (限次): token buckets (令牌桶) in the database, and all the limits.

A guess is paid for before it is made and given back if it was right, so that work costs nothing and guesses that come at once get
no more than their number. It is paid in a transaction of its own: what is refused and undone afterwards has still been paid for.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from math import ceil

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest

from onevisit.identity.models import Bucket
from onevisit.ledger import suite
from onevisit.ledger.jobs import periodic


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, and one more after each `every` seconds; what a person is told who has none left, and his way on."""

    most: int
    every: float
    text: str
    way_out: str


LIMITS: Mapping[str, Limit] = {
    # whoever tries names: at one address, and one name at one address; never a name everywhere, or it could be locked from afar
    "log-in": Limit(60, 10, "这个网络登录失败的次数太多了。", "请换一个网络登录，或者到政务服务大厅窗口办理。"),
    "log-in-as": Limit(10, 60, "登录失败的次数太多了。", "请换一种方式或者换一台设备登录，也可以到政务服务大厅窗口办理。"),
    # an officer who tries citizens' numbers or numbers of cases; who comes for the first time costs him two
    "person": Limit(40, 40, "查不到的证件号码太多了。", "请读取证件，不要手工试；着急的，请换一个窗口接待。"),
    "case-number": Limit(20, 60, "查不到的办件编号太多了。", "请从这位群众的办件列表里找。"),
    # codes on papers, and links by which another party joins
    "verify": Limit(60, 10, "这个网络验不到的证照太多了。", "请扫证照上的二维码，或者打发证单位的电话核对。"),
    "invitation": Limit(20, 60, "打不开的邀请太多了。", "请向申报的人要原来的链接，或者一起到政务服务大厅窗口办理。"),
    "invitation-at": Limit(60, 10, "这个网络打不开的邀请太多了。", "请换一个网络，或者一起到政务服务大厅窗口办理。"),
    # what costs the house work, whoever asks
    "search": Limit(120, 0.5, "这个网络查得太快了。", "着急的，请拨打12345。"),
    "remark": Limit(10, 300, "这个网络写来的太多了。", "着急的，请拨打12345。"),
    "api": Limit(600, 0.1, "请求太频繁。", ""),
    "upload": Limit(200, 3, "上传的文件太多、太快了。", "已经收下的都在，请过一会儿接着上传。"),
}


class TooOften(Exception):
    """Nothing is left of a limit; after `seconds` there will be. No `Refused`: what was asked for has not been looked at."""

    def __init__(self, limit: str, seconds: int) -> None:
        super().__init__(f"{LIMITS[limit].text}{seconds}秒以后可以再试。")
        self.seconds, self.way_out = seconds, LIMITS[limit].way_out


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a limit by somebody: an account, an address, a name at an address."""

    name: str
    who: str

    @property
    def key(self) -> bytes:
        """Under which key it is counted: a keyed hash, from which nobody reads an address or a name."""
        return suite.mac(settings.SECRET_KEY.encode(), f"limit\n{self.name}\n{self.who}".encode())

    @property
    def limit(self) -> Limit:
        """The row of the table."""
        return LIMITS[self.name]


@dataclass(slots=True)
class Guess:
    """A guess that is being made; `missed` once it turns out to be wrong."""

    missed: bool = False


SPEND = """
    INSERT INTO identity_bucket AS kept (key, full_at) VALUES (%(key)s, %(now)s + make_interval(secs => %(every)s))
    ON CONFLICT (key) DO UPDATE SET full_at = make_interval(secs => %(every)s)
        + CASE WHEN kept.full_at > %(never)s THEN %(now)s ELSE greatest(kept.full_at, %(now)s) END
    WHERE kept.full_at <= %(last)s OR kept.full_at > %(never)s RETURNING full_at"""
"""Of two that come at once the second one waits for the row and sees what the first one left. No row: nothing was left."""
ASKEW = timedelta(hours=1)
"""No clock is further ahead of another one; a bucket that is, was filled by one that has been put back since, and begins anew."""
GIVE_BACK = "UPDATE identity_bucket SET full_at = full_at - make_interval(secs => %s) WHERE key = %s"


def spend(*uses: Use) -> None:
    """One of each limit is used up, whatever becomes of the request; raises TooOften where none was left.

    Not for the inside of a transaction: what undid it would give it back, so that raises RuntimeError.
    """
    now = settings.REAL_CLOCK()
    with transaction.atomic(durable=True):
        waits = {_wait(one, now): one.name for one in uses if not _spent(one, now)}
    if waits:
        longest = max(waits)
        raise TooOften(waits[longest], longest)


def _spent(use: Use, now: datetime) -> bool:
    every, last = use.limit.every, now + _but_one(use)
    never = last + timedelta(seconds=every) + ASKEW
    given: dict[str, bytes | datetime | float] = {"key": use.key, "now": now, "every": every, "last": last, "never": never}
    with connection.cursor() as cursor:
        cursor.execute(SPEND, given)
        return cursor.fetchone() is not None


def _wait(use: Use, now: datetime) -> int:
    """Seconds until there is one again, at least one."""
    free = Bucket.objects.get(key=use.key).full_at - _but_one(use)
    return max(1, ceil((free - now).total_seconds()))


def _but_one(use: Use) -> timedelta:
    """How long a bucket that holds just one takes to be full."""
    return timedelta(seconds=use.limit.every * (use.limit.most - 1))


def give_back(*uses: Use) -> None:
    """What was spent a moment ago is not used up after all."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        for one in uses:
            cursor.execute(GIVE_BACK, [one.limit.every, one.key])


@contextmanager
def guess(*uses: Use) -> Iterator[Guess]:
    """What is guessed inside is paid for with one of each limit, given back unless it missed or raised; raises TooOften."""
    spend(*uses)
    made = Guess()
    yield made
    if not made.missed:
        give_back(*uses)


def address(request: HttpRequest) -> str:
    """From where the request comes, of IPv6 the network: behind one of our own proxies as that says, else as it is connected."""
    near = str(request.META.get("REMOTE_ADDR", ""))
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return (_network(said) if near in settings.PROXIES else "") or _network(near)


def _network(text: str) -> str:
    """Whoever has one address of IPv6 has 2^64 of them."""
    try:
        one = ip_address(text)
    except ValueError:
        return ""
    if one.version == 6:
        return str(one.ipv4_mapped or f"{one.exploded[:19]}::/64")
    return str(one)


@periodic("onevisit.identity.limits.sweep", "37 * * * *")
def sweep(timestamp: int = 0) -> None:
    """Buckets that are full again are gone: a full one and none are the same."""
    Bucket.objects.filter(full_at__lt=settings.REAL_CLOCK()).delete()
