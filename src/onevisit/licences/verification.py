"""Checking a licence file (证照核验): its seal, number and term, and a list of ended licences. No database, no network.

>>> listed = '{"identifier": "X", "state": "revoked", "on": "2026-05-01"}'
>>> read_ended('{"format": "onevisit-ended/1", "licences": [' + listed + ']}')["X"].state
'revoked'
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography import x509

from onevisit.core import identifiers
from onevisit.licences.standing import ENDED, WORDS, standing
from onevisit.papers.verification import Finding, Findings, attachment, verify_pdf

METADATA = "licence.json"
"""The name of the data inside the file."""
FORMAT = "onevisit-licence/1"
LIST_FORMAT = "onevisit-ended/1"


@dataclass(frozen=True, slots=True)
class Ended:
    """An entry of the published list: how a licence ended, and on which day."""

    state: str
    on: date


def read_ended(text: str) -> Mapping[str, Ended]:
    """The published list of ended licences by identifier; raises `ValueError` if it is none."""
    try:
        listed = json.loads(text)
        if listed["format"] != LIST_FORMAT:
            raise ValueError(listed["format"])
        entries = {each["identifier"]: Ended(each["state"], date.fromisoformat(each["on"])) for each in listed["licences"]}
    except (KeyError, TypeError, ValueError) as broken:
        raise ValueError(f"不是失效证照名单（格式 {LIST_FORMAT}）") from broken
    if not {entry.state for entry in entries.values()} <= ENDED:
        raise ValueError("失效证照名单里有不认识的状态")
    return entries


def verify_file(content: bytes, roots: Sequence[x509.Certificate], ended: Mapping[str, Ended], on: date) -> Findings:
    """Everything wrong with a licence file on that day; `facts` are what it says: type, number, holder, issuer, term, state."""
    seal = verify_pdf(content, roots)
    told = read_metadata(content)
    if told is None:
        return Findings((*seal.findings, Finding("no-data", "文件里没有证照数据，不是本系统签发的电子证照。")), seal.facts)
    try:
        state, facts = _read(told, ended, on)
    except (KeyError, TypeError, ValueError):
        return Findings((*seal.findings, Finding("bad-data", "文件里的证照数据不完整，读不出来。")), seal.facts)
    findings = [*seal.findings]
    if not identifiers.identify(facts["identifier"], "licence", on).valid:
        findings.append(Finding("bad-identifier", "证照标识的校验码不对。"))
    if state != "valid":
        findings.append(Finding(state.replace("_", "-"), f"这份证照{WORDS[state]}（按{on.isoformat()}核验）。"))
    return Findings(tuple(findings), {**facts, **seal.facts})


def read_metadata(content: bytes) -> Any:
    """The data inside a licence file, or None."""
    inside = attachment(content, METADATA)
    try:
        return None if inside is None else json.loads(inside)
    except ValueError:
        return None


def _read(told: Mapping[str, Any], ended: Mapping[str, Ended], on: date) -> tuple[str, dict[str, str]]:
    if told["format"] != FORMAT:
        raise ValueError(told["format"])
    identifier = str(told["identifier"])
    valid_from = date.fromisoformat(told["valid_from"])
    valid_to = date.fromisoformat(told["valid_to"]) if told["valid_to"] else None
    end = ended.get(identifier)
    state = standing(end.state if end else "valid", end.on if end else None, valid_from, valid_to, on=on)
    facts = {
        "type": str(told["type"]["name"]),
        "number": str(told["number"]),
        "identifier": identifier,
        "holder": str(told["holder"]),
        "issuer": str(told["issuer"]["name"]),
        "issued": str(told["issued"]),
        "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to else "",
        "state": state,
        "sample": "yes" if told["sample"] else "no",
        "verify": str(told["verify"]),
    }
    return state, facts
