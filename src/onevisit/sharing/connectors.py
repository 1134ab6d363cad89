"""How each shared resource is asked (连接配置): `connectors.yaml` of a pack, format `onevisit-connectors/1`. Reading only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onevisit.access import Refused

FORMAT = "onevisit-connectors/1"
NEEDED = frozenset({"id", "peer", "path", "mode", "subject", "params", "freshness", "basis", "fields"})


@dataclass(frozen=True, slots=True)
class Connector:
    """One resource: whom it asks, what else it needs besides its subject, what it answers, how long an answer is fresh."""

    id: str
    peer: str
    path: str
    mode: str
    subject: str
    params: tuple[str, ...]
    freshness: int
    basis: tuple[Mapping[str, str], ...]
    fields: tuple[Mapping[str, Any], ...]


def read(document: Any) -> tuple[Connector, ...]:
    """The connectors of the document; raises `Refused` that says which entry lacks what."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Refused("bad-connectors", f"connectors.yaml 的第一项应为 format: {FORMAT}。", "请改正后再装入。")
    return tuple(_connector(place, entry) for place, entry in enumerate(document.get("resources", [])))


def _connector(place: int, entry: Mapping[str, Any]) -> Connector:
    lacking = sorted(NEEDED - set(entry))
    if lacking:
        raise Refused("bad-connectors", f"connectors.yaml 第{place + 1}项缺少：{'、'.join(lacking)}。", "请补上后再装入。")
    return Connector(
        id=entry["id"],
        peer=entry["peer"],
        path=entry["path"],
        mode=entry["mode"],
        subject=entry["subject"],
        params=tuple(entry["params"]),
        freshness=int(entry["freshness"]),
        basis=tuple(dict(one) for one in entry["basis"]),
        fields=tuple(dict(one) for one in entry["fields"]),
    )
