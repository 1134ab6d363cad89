"""Every write to rules and runs: author, then another person who puts in force, or stops; and each run."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Refused, Target
from onevisit.catalogue.packs import Pack
from onevisit.core import tables
from onevisit.core.tables import Fact
from onevisit.ledger import actions as ledger
from onevisit.ledger.actions import Entry
from onevisit.rules import engine, golden, queries
from onevisit.rules.engine import Compiled, Decision, Reason
from onevisit.rules.models import RuleSet, Run
from onevisit.rules.queries import RuleView, RunView

STOPPED = Decision("human", reasons=(Reason("", "这条规则已经停用，由工作人员决定", ""),))


@transaction.atomic
def draft(actor: Actor, name: str, text: str) -> RuleView:
    """A new version of the rule, not yet in force. Raises `Refused` if the text is no rule, or its version was used before."""
    access.require(actor, Duty.RULE_DRAFT, Target("rule", id=name))
    row = _drafted(actor, name, text, author=actor.id)
    return queries.view(row)


@transaction.atomic
def activate(actor: Actor, public_id: str) -> RuleView:
    """The version is in force (启用) from the next case on; the one before is retired. Not by its author (S2)."""
    row = _locked(public_id)
    access.require(actor, Duty.RULE_ACTIVATE, Target("rule", id=row.name, parties=frozenset({row.author})))
    _put_in_force(actor, row)
    return queries.view(row)


@transaction.atomic
def stop(actor: Actor, name: str) -> RuleView:
    """The rule decides nothing any more (停用): from the next case on, people do. Stopping is safe, so one person may."""
    row = _locked(str(queries.in_force(name).public_id))
    access.require(actor, Duty.RULE_STOP, Target("rule", id=name))
    if row.state == RuleSet.State.ACTIVE:
        row.state = RuleSet.State.STOPPED
        row.save(update_fields=["state"])
        ledger.append(row.stream, actor, [Entry("rule.stopped", _reference(row))])
    return queries.view(row)


@transaction.atomic
def load_pack(actor: Actor, pack: Pack) -> tuple[RuleView, ...]:
    """The rules of the pack are in force; one whose text is in force already stays. Golden cases are part of a rule.

    The pack is the author. Raises `Refused` for a rule without golden cases, or that does not agree with them.
    """
    access.require(actor, Duty.RULE_ACTIVATE, Target("rule", id=pack.name))
    return tuple(queries.view(_loaded(actor, pack, path)) for path in sorted(pack.rules))


@transaction.atomic
def run(actor: Actor, *, case: str, rule: str, facts: Mapping[str, Fact], on: date) -> RunView:
    """What the rule in force says of these facts for the day `on`, kept with what it was told (秒批)."""
    access.require(actor, Duty.RULE_RUN, Target("rule", id=rule))
    row = queries.in_force(rule)
    compiled = engine.compiled(row.text)
    told = {name: fact for name, fact in facts.items() if name in compiled.book.facts}
    stopped = row.state == RuleSet.State.STOPPED
    decision = STOPPED if stopped else engine.run(compiled, told, on)
    kept = Run.objects.create(
        case=case,
        owner_key=case,
        rule_set=row,
        on=on,
        stopped=stopped,
        facts={name: asdict(fact) for name, fact in told.items()},
        facts_hash=engine.facts_hash(compiled.book, told),
        outcome=decision.outcome,
        result=dict(decision.result),
        reasons=[asdict(one) for one in decision.reasons],
        missing=list(decision.missing),
        trace=dict(decision.trace),
        at=settings.CLOCK(),
    )
    return queries.run_view(kept)


def _locked(public_id: str) -> RuleSet:
    row = RuleSet.objects.select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise Hidden(f"rule {public_id}")
    return row


def _drafted(actor: Actor, name: str, text: str, author: str) -> RuleSet:
    compiled = _compiled(name, text)
    version = compiled.book.version
    if not version:
        raise Refused("no-version", f"规则“{name}”没有写版本。", "请在文件里写 version。")
    if RuleSet.objects.filter(name=name, version=version).exists():
        raise Refused("version-used", f"规则“{name}”的版本{version}已经有了，内容不能再改。", "请换一个新的 version。")
    row = RuleSet.objects.create(
        stream=ledger.open_stream("rule"), name=name, version=version, text=text, author=author,
        content_hash=engine.content_hash(json.loads(text)), made_at=settings.CLOCK(),
    )  # fmt: skip
    ledger.append(row.stream, actor, [Entry("rule.drafted", _reference(row))])
    return row


def _compiled(name: str, text: str) -> Compiled:
    try:
        return engine.compiled(text)
    except (tables.Unreadable, ValueError) as why:
        raise Refused("no-rule", f"规则“{name}”读不出来：{why}", "请按说明改正规则文件。") from why


def _put_in_force(actor: Actor, row: RuleSet) -> None:
    if row.state not in (RuleSet.State.DRAFT, RuleSet.State.STOPPED):
        raise Refused("state", f"这个版本现在是“{row.get_state_display()}”，不能启用。", "请起草一个新的版本。")
    before = RuleSet.objects.select_for_update().filter(name=row.name, state__in=queries.IN_FORCE).exclude(pk=row.pk).first()
    if before:
        before.state = RuleSet.State.RETIRED
        before.save(update_fields=["state"])
        ledger.append(before.stream, actor, [Entry("rule.retired", _reference(before))])
    row.state, row.activator, row.active_from = RuleSet.State.ACTIVE, actor.id, settings.CLOCK()
    row.save(update_fields=["state", "activator", "active_from"])
    ledger.append(row.stream, actor, [Entry("rule.activated", _reference(row))])


def _loaded(actor: Actor, pack: Pack, path: str) -> RuleSet:
    name, content = PurePosixPath(path).stem, pack.rules[path]
    before = RuleSet.objects.filter(name=name, state__in=queries.IN_FORCE).first()
    if before and before.content_hash == engine.content_hash(content):
        return before
    text = json.dumps(content, ensure_ascii=False)
    _agree(name, _compiled(name, text), pack.files.get(str(PurePosixPath(path).with_suffix(".cases.csv"))))
    row = _drafted(actor, name, text, author=f"pack {pack.name}")
    _put_in_force(actor, row)
    return row


def _agree(name: str, rule: Compiled, cases: bytes | None) -> None:
    """Raises `Refused` unless the rule ends every golden case as its author computed it."""
    if not cases:
        raise Refused("no-golden-cases", f"规则“{name}”没有范例。", f"请在规则旁边放上{name}.cases.csv。")
    failed = [one.id for one in golden.failures(rule, golden.read(cases.decode("utf-8-sig"), rule.book))]
    if failed:
        raise Refused("golden-cases", f"规则“{name}”与范例{'、'.join(failed)}不符。", "请改正规则或者范例后再试。")


def _reference(row: RuleSet) -> dict[str, Any]:
    return {"rule": row.name, "version": row.version, "content_hash": row.content_hash}
