"""The stand-ins' pages: plain HTML that works without JavaScript, every value escaped, every page marked 演示."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

DEMO = "演示环境：这里的人、单位和金额都是虚构的，不会真的扣款，也不连任何真实系统。"
HEAD = (
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    '<link rel="stylesheet" href="/style.css">'
)


@dataclass(frozen=True)
class Choice:
    """A group of radio buttons on a control page."""

    name: str
    legend: str
    options: Mapping[str, str]


def page(title: str, content: str) -> str:
    """A whole page."""
    name = escape(title)
    body = f'<main><p class="demo">{DEMO}</p><h1>{name}</h1>{content}</main>'
    return f'<!DOCTYPE html><html lang="zh-Hans"><head>{HEAD}<title>{name}</title></head><body>{body}</body></html>'


def facts(rows: Mapping[str, str]) -> str:
    """A list of names and values; the amount stands out."""
    cells = "".join(f"<dt>{escape(k)}</dt><dd{_amount(k)}>{escape(v)}</dd>" for k, v in rows.items())
    return f"<dl>{cells}</dl>"


def _amount(name: str) -> str:
    return ' class="amount"' if name == "金额" else ""


def control(choices: Sequence[Choice], chosen: Mapping[str, str], extra: str = "") -> str:
    """The form of a control page."""
    groups = "".join(_group(choice, chosen.get(choice.name, "")) for choice in choices)
    seconds = f'<input id="seconds" name="seconds" type="number" min="0" max="600" value="{escape(chosen["seconds"])}">'
    return (
        f'<form method="post" action="/control">{groups}{extra}'
        f'<p class="row"><label for="seconds">“慢”和“推迟”的秒数</label> {seconds}</p>'
        f'<p class="row"><button class="main" type="submit">照此设置</button></p></form>'
    )


def _group(choice: Choice, chosen: str) -> str:
    rows = "".join(_radio(choice.name, value, text, value == chosen) for value, text in choice.options.items())
    return f"<fieldset><legend>{escape(choice.legend)}</legend>{rows}</fieldset>"


def _radio(name: str, value: str, text: str, chosen: bool) -> str:
    checked = " checked" if chosen else ""
    return f'<label><input type="radio" name="{name}" value="{escape(value)}"{checked}> {escape(text)}</label>'


def select(name: str, label: str, options: Mapping[str, str], chosen: str) -> str:
    """A labelled drop-down."""
    rows = "".join(_option(value, text, value == chosen) for value, text in options.items())
    return f'<p class="row"><label for="{name}">{escape(label)}</label> <select id="{name}" name="{name}">{rows}</select></p>'


def _option(value: str, text: str, chosen: bool) -> str:
    selected = " selected" if chosen else ""
    return f'<option value="{escape(value)}"{selected}>{escape(text)}</option>'


def button(name: str, value: str, text: str, kind: str = "") -> str:
    """A button of a form."""
    look = f' class="{kind}"' if kind else ""
    return f'<button{look} type="submit" name="{name}" value="{escape(value)}">{escape(text)}</button>'


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose cells are HTML already."""
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="table"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
