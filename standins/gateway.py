"""A payment gateway (支付平台), played: hosted page, signed callbacks, answers to the house's own query, a lasting memory.

`POST /orders`, `GET /orders/{id}`, `POST /orders/{id}/close` for the house; `/pay/{id}` for the payer; `/control` to make it err.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from decimal import Decimal, InvalidOperation
from html import escape
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from standins import pages, server
from standins.callbacks import Courier
from standins.orders import SCHEMA, Book, Order, Refused
from standins.signing import Asked, Keyring, Unsigned, verify
from standins.store import Store

DEFAULTS = {"pay": "normal", "callback": "normal", "query": "normal", "seconds": "5"}
CHOICES = (
    pages.Choice(
        "pay",
        "付款时",
        {"normal": "正常", "timeout": "已扣款，但是页面超时，查询也暂时答不出", "twice": "扣两次款", "short": "少扣一分钱"},
    ),
    pages.Choice(
        "callback",
        "通知办事平台时",
        {
            "normal": "正常",
            "double": "发两次",
            "delay": "推迟",
            "drop": "不发",
            "forge_amount": "金额写错",
            "forge_payee": "收款单位写错",
            "forge_order": "订单号写错",
            "unsigned": "不签名",
            "bad_signature": "签名不对",
            "old_nonce": "重放旧的签名",
        },
    ),
    pages.Choice(
        "query",
        "办事平台查询时",
        {"normal": "正常", "slow": "慢", "down": "停机（503）", "wrong_amount": "金额答错", "wrong_payee": "收款单位答错"},
    ),
)
STATES = {
    "open": "待支付",
    "captured": "已支付",
    "failed": "支付失败",
    "cancelled": "已取消",
    "closed": "已关闭",
    "processing": "处理中",
}
TOLD = {"": "还在发", "taken": "已收下", "refused": "被拒绝", "given up": "没人收"}
LIES: dict[str, dict[str, Any]] = {"wrong_amount": {"amount": "1.00"}, "wrong_payee": {"payee": "别的收款单位（演示）"}}


class Gateway:
    """The order book, the keys, and what the control page was set to."""

    def __init__(self, state: Path, keys: Keyring) -> None:
        self.store = Store(state, SCHEMA)
        self.book = Book(self.store)
        self.keys = keys

    def control_of(self, name: str) -> str:
        """What the control page says about one thing."""
        return self.store.control(DEFAULTS)[name]

    async def order(self, request: Request) -> Response:
        """The house makes, asks after or closes an order."""
        try:
            asked = await server.asked(request)
            key_id, nonce = verify(asked, self.keys, self.store.spend)
        except Unsigned as fault:
            return server.problem(401, fault.code, "签名不对。")
        except server.TooLarge:
            return server.problem(413, "too-large", "请求太大。")
        status, document = await self._handled(request, asked)
        return server.signed(server.json_reply(status, document), self.keys, key_id, nonce)

    async def _handled(self, request: Request, asked: Asked) -> tuple[int, dict[str, Any]]:
        mode = self.control_of("query")
        if mode == "down":
            return 503, {"code": "down"}
        if mode == "slow":
            await asyncio.sleep(float(self.control_of("seconds")))
        try:
            document = self._act(request, asked)
        except Refused as fault:
            return {"no-order": 404, "other-order": 409}.get(fault.code, 422), {"code": fault.code}
        return 200, {**document, **LIES.get(mode, {})}

    def _act(self, request: Request, asked: Asked) -> dict[str, Any]:
        order_id = request.path_params.get("order")
        if order_id is None:
            return {
                **self._open(asked.body).document(),
                "url": f"http://{request.headers['host']}/pay/{json.loads(asked.body)['order']}",
            }
        if request.url.path.endswith("/refund"):
            self._give_back(order_id, asked.body)
        elif request.method == "POST":
            self.book.order(order_id)
            self.book.end(order_id, "closed")
        return self.book.order(order_id).document()

    def _give_back(self, order_id: str, body: bytes) -> None:
        """A capture of this order goes back to the payer; asked again, it has gone already."""
        try:
            transaction = str(json.loads(body)["transaction"])
        except (ValueError, KeyError, TypeError):
            raise Refused("bad-refund") from None
        if not any(one["transaction"] == transaction for one in self.book.order(order_id).document()["movements"]):
            raise Refused("no-capture")
        try:
            with self.store.together():
                self._tell(order_id, "refunded", self.book.refund(transaction))
        except Refused as why:
            if why.code != "already-refunded":
                raise

    def _open(self, body: bytes) -> Order:
        try:
            document = json.loads(body)
            sound = isinstance(document, dict) and Decimal(document["amount"]) > 0
        except (ValueError, KeyError, TypeError, InvalidOperation):
            sound = False
        if not sound:
            raise Refused("bad-order")
        return self.book.open(document)

    async def pay(self, request: Request) -> Response:
        """The hosted page: what is paid to whom, three buttons, and the way back."""
        try:
            order = self.book.order(request.path_params["order"])
        except Refused:
            return server.html(pages.page("没有这个订单", "<p>请回到办事页面，重新点“去支付”。</p>"), 404)
        if request.method == "GET":
            return server.html(_order_page(order))
        if server.is_foreign(request):
            return server.problem(403, "foreign", "请在支付页面上操作。")
        act = (await server.form(request)).get("act", "")
        return self._pressed(self.book.order(order.id), act)  # as it is now: another tab may have been faster

    def _pressed(self, order: Order, act: str) -> Response:
        if order.state != "open" or act not in PRESSED:
            return server.html(_order_page(order))
        mode = self.control_of("pay")
        with self.store.together():
            PRESSED[act](self, order)
            if act == "pay" and mode == "timeout":
                self.book.hide(order.id, float(self.control_of("seconds")))
        if act == "pay" and mode == "timeout":
            text = "<p>银行迟迟没有答复。款可能已经扣了，也可能没有，请不要再付一次，回到办事页面等核实结果。</p>"
            return server.html(pages.page("支付结果还不知道", text + _back(order)), 504)
        return RedirectResponse(f"/pay/{order.id}", 303)

    def _captured(self, order: Order) -> None:
        mode = self.control_of("pay")
        due = Decimal(order.body["amount"])
        amount = str(due - Decimal("0.01")) if mode == "short" else ""
        for _ in range(2 if mode == "twice" else 1):
            self._tell(order.id, "captured", self.book.capture(order.id, amount), lost=mode == "timeout")

    def _failed(self, order: Order) -> None:
        if self.book.end(order.id, "failed"):
            self._tell(order.id, "failed")

    def _cancelled(self, order: Order) -> None:
        if self.book.end(order.id, "cancelled"):
            self._tell(order.id, "cancelled")

    def _tell(self, order_id: str, event: str, tx: str = "", lost: bool = False) -> None:
        mode = self.control_of("callback")
        if mode == "drop" or lost:
            return
        bend = mode if mode not in ("normal", "double", "delay") else ""
        for _ in range(2 if mode == "double" else 1):
            self.book.tell(order_id, event, tx, bend=bend, after=float(self.control_of("seconds")) if mode == "delay" else 0.0)

    async def control(self, request: Request) -> Response:
        """The control page, and what was chosen or done on it."""
        if request.method == "POST":
            return await self._set(request)
        chosen = self.store.control(DEFAULTS)
        if "application/json" in request.headers.get("accept", ""):
            return Response(json.dumps(chosen), media_type="application/json")
        return server.html(pages.page("支付平台：演示控制台", pages.control(CHOICES, chosen) + _orders(self.book)))

    async def _set(self, request: Request) -> Response:
        if server.is_foreign(request):
            return server.problem(403, "foreign", "请在控制台页面上操作。")
        fields = await server.form(request)
        try:
            if "again" in fields:
                with self.store.together():
                    self._tell(fields["again"], "captured", self.book.capture(fields["again"]))
            elif "refund" in fields:
                with self.store.together():
                    self._tell(fields.get("order", ""), "refunded", self.book.refund(fields["refund"]))
            else:
                return self._choose(fields)
        except Refused as fault:
            return server.problem(409, fault.code, "不能这样做。")
        return RedirectResponse("/control", 303)

    def _choose(self, fields: dict[str, str]) -> Response:
        chosen = {**self.store.control(DEFAULTS), **{name: fields[name] for name in DEFAULTS if name in fields}}
        known = all(chosen[choice.name] in choice.options for choice in CHOICES)
        if not known or not chosen["seconds"].isdecimal() or int(chosen["seconds"]) > 600:
            return server.problem(422, "unknown-choice", "没有这个选项。")
        self.store.set_control(chosen)
        return RedirectResponse("/control", 303)

    async def home(self, _request: Request) -> Response:
        """What this is."""
        return server.html(pages.page("支付平台（演示）", '<p class="row"><a class="button" href="/control">打开控制台</a></p>'))


PRESSED: dict[str, Callable[[Gateway, Order], None]] = {
    "pay": Gateway._captured,
    "fail": Gateway._failed,
    "cancel": Gateway._cancelled,
}
"""What each button of the hosted page does."""


def _order_page(order: Order) -> str:
    rows = {
        "事项": order.body["title"],
        "收款单位": order.body["payee"],
        "金额": f"¥{Decimal(order.body['amount']):,.2f}",
        "订单号": order.id,
    }
    if order.state == "open":
        buttons = pages.button("act", "pay", "支付", "main")
        buttons += pages.button("act", "fail", "支付失败") + pages.button("act", "cancel", "取消")
        form = f'<form method="post" action="/pay/{escape(order.id)}"><p class="row">{buttons}</p></form>'
        return pages.page("演示支付", pages.facts(rows) + form)
    said = f'<p class="{"done" if order.state == "captured" else "bad"}" role="status">{STATES[order.state]}。</p>'
    return pages.page("演示支付", said + pages.facts(rows) + _back(order))


def _back(order: Order) -> str:
    return f'<p class="row"><a class="button main" href="{escape(order.body["return_url"])}">返回办事页面</a></p>'


def _orders(book: Book) -> str:
    rows = [[escape(o.id[:8]), escape(o.body["amount"]), STATES[o.state], _told(book, o), _acts(o)] for o in book.recent()]
    return "<h2>最近的订单</h2>" + (pages.table(["订单", "金额", "状态", "通知", "操作"], rows) if rows else "<p>还没有。</p>")


def _told(book: Book, order: Order) -> str:
    return "<br>".join(TOLD[done] for done in book.told(order.id))


def _acts(order: Order) -> str:
    paid_back = {row["of"] for row in order.movements}
    buttons = pages.button("again", order.id, "再扣一次")
    for row in order.captures():
        if row["tx"] not in paid_back:
            buttons += pages.button("refund", row["tx"], f"退{row['amount']}元")
    return f'<form method="post" action="/control"><input type="hidden" name="order" value="{escape(order.id)}">{buttons}</form>'


def build(state: Path) -> Starlette:
    """The application, with its memory in the file `state`."""
    gateway = Gateway(state, server.keyring())
    courier = Courier(gateway.book, gateway.keys)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(courier.run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        gateway.store.close()

    routes = [
        Route("/", gateway.home),
        Route("/livez", server.livez),
        Route("/style.css", server.style),
        Route("/control", gateway.control, methods=["GET", "POST"]),
        Route("/orders", gateway.order, methods=["POST"]),
        Route("/orders/{order}", gateway.order, methods=["GET"]),
        Route("/orders/{order}/close", gateway.order, methods=["POST"]),
        Route("/orders/{order}/refund", gateway.order, methods=["POST"]),
        Route("/pay/{order}", gateway.pay, methods=["GET", "POST"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


if __name__ == "__main__":
    sys.exit(server.main("gateway", 8102, build))
