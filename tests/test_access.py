"""The one gate: every grant and every absence, for own and other objects, with and without what a sign asks for.

The table is written here once more, by duty instead of by role, so that a slip in one of the two is seen.
"""

import dataclasses

import pytest

from onevisit import access
from onevisit.access import (
    ANONYMOUS,
    RIGHTS,
    ROLES,
    SCOPES,
    SYSTEM,
    TABLE,
    Actor,
    Denied,
    Duty,
    Grant,
    Hidden,
    Refused,
    Target,
    masked,
    may,
    require,
    who_may,
)

PLAN = """
guide.read list.read rule.read licence.verify case.track | everybody
case.draft case.correct | applicant:o representative:o helper:o
case.file | applicant:o representative:o helper:o2
case.read | applicant:j representative:j helper:o system client:c window:t
case.read | reviewer:t joint:t chief:d head:d registrar:t regulator:de
case.withdraw case.confirm | applicant:j representative:j
case.appeal | applicant:o
absence.enter | window:t acceptor:t reviewer:t joint:t chief:d head:d registrar:t
case.take | window:d acceptor:d reviewer:d joint:d chief:d head:d registrar:d
case.create case.receive case.precheck | window:t
case.accept case.notify | acceptor:t system
case.refuse | acceptor:t
case.suspend | acceptor:t reviewer:t system
case.review case.inspect | reviewer:t
case.opine | joint:t
case.reassign case.meet case.renotify | chief:d
case.extend | chief:d head:d
case.take-over | regulator:de
case.act | client:c
case.conclude case.lapse | system
step.finish | reviewer:t joint:t chief:t head:t registrar:t system
file.add | applicant:o representative:o helper:o window:t client:c system
file.read | applicant:j representative:o helper:o window:t reviewer:t joint:t
file.read | chief:td! head:t registrar:t regulator:de! client:c system
file.replace | applicant:o representative:o
shared.see | applicant:o representative:om
shared.dispute consent.give consent.withdraw | applicant:o
shared.query | window:t reviewer:t joint:t chief:t registrar:t regulator:de! system
shared.grant shared.stop | source-owner:d2
shared.usage | source-owner:a
shared.mark guide.draft | editor
shared.push | client:c
decision.read | applicant:j representative:j reviewer:t chief:t head:t registrar:t system
decision.propose | reviewer:t
decision.sign | chief:t head:t registrar:t system
decision.post | client:c
rule.trace | applicant:o representative:o
rule.run | system
rule.draft rule.replay | rule-author
rule.activate | rule-activator:2 system
rule.stop | rule-activator
rule.approve | chief:d2
licence.read | applicant:o representative:o regulator:d system
licence.share | applicant:o
licence.hand | window:t
licence.issue | chief:t head:t registrar:t system
licence.revoke | chief:t2
licence.propose-revoke | regulator:d
licence.push licence.pull | client:c
delivery.read | applicant:o representative:o window:td system
delivery.redirect | applicant:o representative:o window:t system
delivery.send delivery.settle | system
hall.manage | hall-manager:h system
window.open | window:hd
visit.record | window:t
payment.read | applicant:o representative:o system
payment.pay | applicant:o+ representative:o+
payment.claim | applicant:o
payment.record | window:t
payment.waive | chief:t2
payment.refund | chief:d2
payment.settle | system
notice.read | applicant:o representative:o window:t reviewer:t chief:t head:t registrar:t
notice.send | system
notice.serve | window:t system
reading.see | applicant:o representative:o chief:dm client:o source-owner:d
reading.read event.read event.export entry.read | audit-admin
mandate.give mandate.revoke account.change | applicant:o+
account.create config.write | system-admin
grant.give peer.approve | security-admin:2
grant.revoke | security-admin
key.rotate | client:o security-admin:2
guide.publish | publisher:2 system
guide.revert | publisher:2
"""

EXPECTED: dict[tuple[str, Duty], str] = {
    (role, Duty(duty)): marks
    for line in PLAN.strip().splitlines()
    for duty in line.split("|")[0].split()
    for role, _, marks in (entry.partition(":") for entry in line.split("|")[1].split())
}
PAIRS = [(role, duty) for role in ROLES for duty in Duty]
OFFICE = {"department": "tax", "division": "340302000000", "hall": "here"}
ELSEWHERE = {"department": "housing", "division": "340303000000"}
IN_AN_OFFICE = ("window", "acceptor", "reviewer", "joint", "chief", "head", "registrar", "regulator", "source-owner", "client")

TARGETS = {
    "own": Target("case", "1", **ELSEWHERE, owner="mine", item="deed-tax"),
    "held": Target("case", "held", **OFFICE, owner="theirs", item="deed-tax"),
    "in hand": Target("case", "2", **OFFICE, owner="theirs", holder="me", item="deed-tax"),
    "near": Target("case", "3", **OFFICE, owner="theirs", item="deed-tax"),
    "near, ended": Target("case", "4", **OFFICE, owner="theirs", item="deed-tax", open=False),
    "other item": Target("case", "held", **OFFICE, owner="theirs", item="company-start-up"),
    "other department": Target("case", "held", "340302000000", "housing", owner="theirs", item="deed-tax"),
    "other division": Target("case", "held", "340303000000", "tax", owner="theirs", item="deed-tax"),
    "joint": Target("case", "8", **ELSEWHERE, owner="theirs", jointly=frozenset({"mine"}), item="deed-tax"),
    "nobody's": Target("case", "5", **ELSEWHERE, item="deed-tax"),
    "figures": Target("aggregate", **OFFICE, item="deed-tax"),
}
NEAR = {"held", "in hand", "near", "near, ended", "figures"}
REACHED = {
    "": set(TARGETS),
    "o": {"own"},
    "j": {"own", "joint"},
    "t": {"held", "in hand"},
    "d": NEAR,
    "c": NEAR,
    "td": NEAR,
    "de": {"near, ended"},
    "a": {"figures"},
    "h": NEAR,
    "hd": NEAR,
}


def an_actor(role: str) -> Actor:
    """Somebody with this role and no other; what is owned by `mine` is his own, or his mandator's."""
    if role == "system":
        return SYSTEM
    if role == "applicant":
        return Actor("me", "applicant", person="mine", fresh=True)
    if role in ("representative", "helper"):
        return Actor("me", "applicant", person="himself", on_behalf_of="mine", grants=(Grant(role),), fresh=True)
    if role == "everybody":
        return ANONYMOUS
    grant = Grant(role, **OFFICE, items=frozenset({"deed-tax"})) if role in IN_AN_OFFICE else Grant(role)
    if role == "hall-manager":
        return Actor("me", "officer", grants=(Grant(role, items=frozenset({"deed-tax"}), hall="here"),), fresh=True)
    kind = "client" if role == "client" else "officer"
    return Actor("mine" if role == "client" else "me", kind, grants=(grant,), holds=frozenset({"held"}), fresh=True)


def marks_of(role: str, duty: Duty) -> str | None:
    """What the plan gives to somebody with this role, who is also one of everybody."""
    own = EXPECTED.get((role, duty), EXPECTED.get(("everybody", duty)))
    if own is None and role in ("representative", "helper"):
        return None if ("applicant", duty) not in EXPECTED else "his own only"
    return own


@pytest.mark.parametrize(("role", "duty"), PAIRS, ids=lambda value: str(value))
def test_each_grant_and_each_absence(role, duty):
    actor, marks = an_actor(role), marks_of(role, duty)
    for name, target in TARGETS.items():
        if marks is None:
            with pytest.raises(Denied):
                require(actor, duty, target, reason="x")
        elif marks == "his own only" or name not in REACHED[marks.strip("m2!+")]:
            with pytest.raises(Hidden):
                require(actor, duty, target, reason="x")
        else:
            require(actor, duty, target, reason="x")


SIGNED = [(role, duty, sign) for (role, duty), marks in EXPECTED.items() for sign in "2!+" if sign in marks]


@pytest.mark.parametrize(("role", "duty", "sign"), SIGNED, ids=lambda value: str(value))
def test_each_sign_asks_for_what_it_means(role, duty, sign):
    actor, target = an_actor(role), reached(role, duty)
    lacking = {
        "2": lambda: require(actor, duty, dataclasses.replace(target, parties=frozenset({actor.id})), reason="x"),
        "!": lambda: require(actor, duty, target, reason=" "),
        "+": lambda: require(dataclasses.replace(actor, fresh=False), duty, target, reason="x"),
    }
    with pytest.raises(Refused) as refusal:
        lacking[sign]()
    assert refusal.value.code == {"2": "second-person", "!": "reason-needed", "+": "second-factor"}[sign]
    assert refusal.value.way_out
    require(actor, duty, dataclasses.replace(target, parties=frozenset({"somebody-else"})), reason="x")


def reached(role: str, duty: Duty) -> Target:
    """An object that the duty reaches, and for a duty of two scopes only by the one with the sign."""
    scope = EXPECTED[role, duty].strip("m2!+")
    return TARGETS["near" if scope == "td" else min(REACHED[scope])]


def test_a_reason_is_not_asked_for_what_one_holds():
    require(an_actor("chief"), Duty.FILE_READ, TARGETS["held"])


def test_the_plan_names_every_duty_and_role():
    assert {duty for _, duty in EXPECTED} == set(Duty)
    assert {role for role, _ in EXPECTED} == set(ROLES) == set(TABLE) == set(RIGHTS)


@pytest.mark.parametrize("duty", Duty)
def test_a_refusal_says_who_may(duty):
    words = who_may(duty)
    assert words == "、".join(name for role, name in ROLES.items() if (role, duty) in EXPECTED)


def test_a_refusal_is_a_sentence():
    with pytest.raises(Denied, match=r"^您没有权限进行此操作。可以办理的人：审批科长、部门负责人、登簿人员、系统自动办理。$"):
        require(ANONYMOUS, Duty.DECISION_SIGN, Target("case"))


@pytest.mark.parametrize(
    "duty", [duty for role, duty in EXPECTED if role == "chief" and duty in (Duty.CASE_READ, Duty.DECISION_SIGN)]
)
def test_nobody_handles_a_matter_of_his_own_or_of_his_firm(duty):
    target = dataclasses.replace(TARGETS["held"], owner="mine")
    for own in ({"person": "mine"}, {"organisation": "mine"}):
        with pytest.raises(Refused, match="自己或本单位"):
            require(dataclasses.replace(an_actor("chief"), **own), duty, target)


def test_who_acts_for_another_keeps_his_own_matters():
    agent = an_actor("representative")
    require(agent, Duty.CASE_READ, Target("case", owner="himself"))
    require(agent, Duty.CASE_READ, Target("case", owner="mine"))
    require(agent, Duty.MANDATE_GIVE, Target("mandate", owner="himself"))
    with pytest.raises(Hidden):
        require(agent, Duty.MANDATE_GIVE, Target("mandate", owner="mine"))


def test_acting_for_another_needs_the_mandate():
    pretender = dataclasses.replace(an_actor("representative"), grants=())
    assert not may(pretender, Duty.CASE_READ, Target("case", owner="mine"))


def test_a_mandate_reaches_its_items_only():
    agent = dataclasses.replace(an_actor("representative"), grants=(Grant("representative", items=frozenset({"deed-tax"})),))
    assert may(agent, Duty.CASE_DRAFT, Target("case", owner="mine", item="deed-tax"))
    assert not may(agent, Duty.CASE_DRAFT, Target("case", owner="mine", item="company-start-up"))


def test_a_firm_is_acted_for_by_its_own():
    actor = Actor("me", "applicant", person="p", organisation="firm")
    assert may(actor, Duty.CASE_FILE, Target("case", owner="firm"))
    assert not may(actor, Duty.CASE_FILE, Target("case", owner="other firm"))


def test_what_has_no_owner_is_nobodys_own():
    assert not may(Actor("me", "applicant"), Duty.CASE_READ, Target("case"))


def test_a_role_that_is_not_listed_gives_nothing():
    assert not may(Actor("me", "officer", grants=(Grant("god"),)), Duty.CASE_READ, TARGETS["near"])
    assert not may(dataclasses.replace(ANONYMOUS, grants=(Grant("chief", **OFFICE),)), Duty.CASE_READ, TARGETS["near"])


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("officer", "system"),
        ("officer", "applicant"),
        ("officer", "representative"),
        ("applicant", "chief"),
        ("device", "window"),
    ],
)
def test_a_role_of_another_kind_gives_nothing(kind, role):
    actor = Actor("me", kind, person="p", on_behalf_of="mine", grants=(Grant(role, **OFFICE),), holds=frozenset({"held"}))
    for target in TARGETS.values():
        assert not may(actor, Duty.CASE_READ, target)


def test_a_hall_and_a_session_reach_their_own():
    clerk, here = Actor("me", "officer"), Grant("hall-manager", hall="city")
    assert SCOPES["h"](clerk, here, Target("ticket", hall="city"))
    assert not SCOPES["h"](clerk, here, Target("ticket", hall="county"))
    assert not SCOPES["h"](clerk, Grant("hall-manager"), Target("ticket"))
    kiosk = Actor("k", "device", person="p")
    assert SCOPES["s"](kiosk, here, Target("case", owner="p"))
    assert not SCOPES["s"](kiosk, here, Target("case", owner="q"))
    assert not SCOPES["s"](Actor("k", "device"), here, Target("case"))


def test_a_department_right_needs_an_office():
    assert not may(Actor("me", "officer", grants=(Grant("chief"),)), Duty.CASE_READ, TARGETS["near"])


def test_masks_stay_on_unless_a_right_lifts_them():
    assert masked(an_actor("representative"), Duty.SHARED_SEE, Target("case", owner="mine"))
    assert not masked(an_actor("applicant"), Duty.SHARED_SEE, Target("case", owner="mine"))
    assert masked(ANONYMOUS, Duty.CASE_TRACK, Target("case"))


def test_the_three_administrators_are_disjoint_and_hold_no_case_duty():
    three = [{right.duty for right in RIGHTS[role]} for role in ("system-admin", "security-admin", "audit-admin")]
    assert sum(map(len, three)) == len(set.union(*three))
    business = ("case.", "step.", "file.", "decision.", "licence.", "payment.", "shared.", "rule.", "guide.")
    assert not [duty for duties in three for duty in duties if duty.startswith(business)]


def test_who_supervises_decides_nothing():
    changing = {Duty.DECISION_SIGN, Duty.DECISION_PROPOSE, Duty.CASE_ACCEPT, Duty.LICENCE_ISSUE, Duty.LICENCE_REVOKE}
    assert not {right.duty for right in RIGHTS["regulator"]} & changing


def test_the_gate_is_pure():
    assert not [name for name in vars(access) if name in ("django", "settings", "connection")]
