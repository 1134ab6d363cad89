"""The life of a rule: author, another who puts in force, stop; and the runs that it leaves."""

import json
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from onevisit.access import SYSTEM, Actor, Denied, Grant, Hidden, Refused, Target
from onevisit.catalogue import packs
from onevisit.core.tables import Fact
from onevisit.identity.personal import Closed, purpose
from onevisit.ledger import queries as ledger
from onevisit.rules import actions, invariants, queries
from onevisit.rules.models import RuleSet, Run

PACK = Path(__file__).parents[2] / "packs" / "deed-tax"
ON = date(2026, 3, 2)
AUTHOR = Actor(id="author", kind="officer", grants=(Grant("rule-author"),))
ACTIVATOR = Actor(id="activator", kind="officer", grants=(Grant("rule-activator"),))
BOTH = Actor(id="author", kind="officer", grants=(Grant("rule-author"), Grant("rule-activator")))
CLERK = Actor(id="clerk", kind="officer", grants=(Grant("window"),))
HOME = {
    "act": "purchase", "object": "home", "buyer": "person", "family_homes": 0, "area": "140.00", "price": "2800000.00",
    "vat": "excluded", "contract_date": "2026-03-01",
}  # fmt: skip

pytestmark = pytest.mark.django_db


def a_text(version="1", figure="'1'"):
    table = {
        "hitPolicy": "first", "passThrough": True, "inputs": [{"id": "age", "field": "age"}],
        "outputs": [{"id": "outcome", "field": "outcome"}, {"id": "figure", "field": "figure"}],
        "rules": [{"_id": "R", "_description": "八十岁", "age": ">= 80", "outcome": "'grant'", "figure": figure}],
    }  # fmt: skip
    result = {"properties": {"figure": {"type": "string", "format": "decimal"}}, "required": ["figure"]}
    schema = {"properties": {"age": {"type": "integer"}}}
    nodes = [
        ("in", "inputNode", {"schema": schema}),
        ("t", "decisionTableNode", table),
        ("out", "outputNode", {"schema": result}),
    ]
    edges = [{"id": "1", "sourceId": "in", "targetId": "t"}, {"id": "2", "sourceId": "t", "targetId": "out"}]
    nodes = [{"id": name, "name": name, "type": kind, "content": content} for name, kind, content in nodes]
    return json.dumps({"version": version, "nodes": nodes, "edges": edges})


def in_force(version="1", figure="'1'"):
    return actions.activate(ACTIVATOR, actions.draft(AUTHOR, "age", a_text(version, figure)).public_id)


def ran(rule="age", facts=None, case=None):
    told = {name: value if isinstance(value, Fact) else Fact(value) for name, value in (facts or {"age": 80}).items()}
    return actions.run(SYSTEM, case=case or str(uuid4()), rule=rule, facts=told, on=ON)


def test_a_draft_decides_nothing():
    actions.draft(AUTHOR, "age", a_text())
    with pytest.raises(Refused, match="没有启用"):
        ran()


def test_another_person_puts_a_rule_in_force():
    view = in_force()
    assert (view.state, view.author, view.activator) == ("active", "author", "activator")
    assert queries.rule("age").public_id == view.public_id
    assert queries.schema("age") == {"properties": {"age": {"type": "integer"}}}


def test_the_author_can_t_put_his_own_rule_in_force():
    drafted = actions.draft(BOTH, "age", a_text())
    with pytest.raises(Refused, match="另一人"):
        actions.activate(BOTH, drafted.public_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.filter(name="age").update(activator="author", state="active", active_from="2026-03-02T10:00+08:00")


@pytest.mark.parametrize(
    "act",
    [
        lambda: actions.draft(CLERK, "age", a_text()),
        lambda: actions.activate(AUTHOR, str(RuleSet.objects.get().public_id)),
        lambda: actions.stop(AUTHOR, "age"),
        lambda: actions.run(CLERK, case=str(uuid4()), rule="age", facts={}, on=ON),
        lambda: actions.load_pack(AUTHOR, packs.load(PACK)),
    ],
)
def test_who_has_no_duty_is_denied(act):
    in_force()
    with pytest.raises(Denied):
        act()


def test_a_new_version_takes_the_place_of_the_old_from_the_next_case_on():
    first = in_force("1", "'1'")
    before = ran()
    second = in_force("2", "'2'")
    assert (before.result, before.version, ran().result, ran().version) == ({"figure": "1"}, "1", {"figure": "2"}, "2")
    assert RuleSet.objects.get(public_id=first.public_id).state == "retired"
    kinds = [event.kind for row in RuleSet.objects.order_by("pk") for event in ledger.events(str(row.stream.public_id))]
    assert kinds == ["rule.drafted", "rule.activated", "rule.retired", "rule.drafted", "rule.activated"]
    with pytest.raises(Refused, match="失效"):
        actions.activate(ACTIVATOR, first.public_id)
    with pytest.raises(Refused, match="启用"):
        actions.activate(ACTIVATOR, second.public_id)


def test_a_version_is_used_once_and_its_text_never_changes():
    in_force()
    with pytest.raises(Refused, match="版本1"):
        actions.draft(AUTHOR, "age", a_text("1", "'3'"))
    for change in ({"text": "{}"}, {"state": "draft"}, {"author": "other"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleSet.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.all().delete()


@pytest.mark.parametrize(("text", "says"), [("{", "读不出来"), ('{"nodes": [{}]}', "读不出来"), (a_text(version=""), "版本")])
def test_a_text_that_is_no_rule_is_refused(text, says):
    with pytest.raises(Refused, match=says):
        actions.draft(AUTHOR, "age", text)


def test_a_stopped_rule_sends_every_case_to_a_person_and_another_person_starts_it_again():
    view = in_force()
    actions.stop(ACTIVATOR, "age")
    stopped = ran()
    assert (stopped.outcome, stopped.result, stopped.reasons[0].text) == ("human", {}, "这条规则已经停用，由工作人员决定")
    actions.activate(ACTIVATOR, view.public_id)
    assert ran().outcome == "grant"
    assert list(invariants.differing_runs()) == []


def test_nobody_stops_or_starts_what_is_not_there():
    with pytest.raises(Refused, match="没有启用"):
        actions.stop(ACTIVATOR, "age")
    with pytest.raises(Hidden):
        actions.activate(ACTIVATOR, str(uuid4()))
    with pytest.raises(Hidden):
        queries.run(str(uuid4()))


def test_the_pack_s_rule_is_in_force_after_loading_and_loading_again_changes_nothing():
    pack = packs.load(PACK)
    (first,) = actions.load_pack(SYSTEM, pack)
    assert actions.load_pack(SYSTEM, pack) == (first,)
    view = ran("deed-tax", HOME)
    assert (view.outcome, view.result["payable"], view.result["row"]) == ("grant", "28000.00", "H11")
    assert queries.content("deed-tax") == pack.rules["rules/deed-tax.json"]


def test_a_pack_s_rule_must_agree_with_its_golden_cases(tmp_path):
    def copy(change):
        for path in PACK.rglob("*"):
            if path.is_file():
                target = tmp_path / "deed-tax" / path.relative_to(PACK)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(change(path.name, path.read_text("utf-8")), "utf-8")
        return packs.load(tmp_path / "deed-tax")

    wrong = copy(lambda name, text: text.replace("10000.00,H11", "10000.01,H11") if name.endswith(".csv") else text)
    with pytest.raises(Refused, match="T01"):
        actions.load_pack(SYSTEM, wrong)
    (tmp_path / "deed-tax" / "rules" / "deed-tax.cases.csv").unlink()
    with pytest.raises(Refused, match="没有范例"):
        actions.load_pack(SYSTEM, packs.load(tmp_path / "deed-tax"))


def test_a_run_keeps_what_it_was_told_sealed_and_only_what_the_rule_asks_for():
    in_force()
    case = str(uuid4())
    view = ran(facts={"age": Fact(81, source="shared:police.person.age", at="2026-03-02"), "phone": "15400000001"}, case=case)
    target = Target("case", id=case, owner="zhang")
    applicant = Actor(id="a", kind="applicant", person="zhang")
    with pytest.raises(Closed):
        queries.trace(applicant, view.public_id, target)
    with purpose(SYSTEM, "handle", subject=str(uuid4()), case=case):
        found = queries.trace(applicant, view.public_id, target)
        with pytest.raises(Hidden):
            queries.trace(Actor(id="b", kind="applicant", person="wang"), view.public_id, target)
    assert found.facts == {"age": Fact(81, True, "shared:police.person.age", "2026-03-02")}
    assert found.trace["tables"][0]["facts"] == {"age": 81}
    assert found.run == view


def test_a_run_never_changes():
    in_force()
    ran()
    for act in (lambda: Run.objects.update(outcome="refuse"), lambda: Run.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_doubtful_run_can_t_be_kept_as_a_grant():
    in_force()
    ran()
    row = Run.objects.get()
    row.pk, row.public_id, row.missing = None, uuid4(), ["age"]
    with pytest.raises(IntegrityError, match="run_with_doubt"), transaction.atomic():
        row.save(force_insert=True)
