"""Who may what (权限): the one gate. Pure; the table below is the whole of it, and what it does not list is refused.

Scopes: `o` own, or of whom one validly acts for · `j` own, or a matter in which one is a party · `t` the task one holds now ·
`d` own department and division · `h` own hall · `c` the client's contract ·
`s` within the person's session at a device · `a` aggregates only; none = any object.
`m` masked, `e` ended matters only. Signs: `2` another person confirms · `!` a reason is asked · `+` a fresh second factor.
`x.a/b` = x.a and x.b. Nobody handles his own matter (公务员法 art. 76).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Kind = Literal["anonymous", "applicant", "officer", "system", "device", "client"]

ROLES: Mapping[str, str] = {
    "everybody": "所有人",
    "applicant": "申请人本人",
    "representative": "有授权的代理人",
    "helper": "受托的帮办代办员",
    "window": "综合窗口人员",
    "acceptor": "受托受理的窗口人员",
    "reviewer": "审查人员",
    "joint": "会审部门人员",
    "chief": "审批科长",
    "head": "部门负责人",
    "registrar": "登簿人员",
    "regulator": "监管人员",
    "hall-manager": "大厅管理员",
    "client": "已签约的部门系统",
    "source-owner": "数据提供部门",
    "editor": "事项编辑",
    "publisher": "事项发布人",
    "rule-author": "规则编写人",
    "rule-activator": "规则启用人",
    "system-admin": "系统管理员",
    "security-admin": "安全管理员",
    "audit-admin": "审计管理员",
    "system": "系统自动办理",
}

TABLE: Mapping[str, str] = {
    "everybody": "guide.read list.read rule.read licence.verify:m case.track:m",
    "applicant": """
        case.read/withdraw/confirm:j decision.read:j file.read:j
        case.draft/file/correct/appeal:o file.add/replace:o shared.see/dispute:o consent.give/withdraw:o
        rule.trace:o licence.read/share:o delivery.read/redirect:o payment.read/claim:o payment.pay:o+ notice.read:o
        reading.see:o mandate.give/revoke:o+ account.change:o+""",
    "representative": """
        case.read/withdraw/confirm:j decision.read:j case.draft/file/correct:o file.add/read/replace:o shared.see:om rule.trace:o
        licence.read:o delivery.read/redirect:o payment.read:o payment.pay:o+ notice.read:o reading.see:o""",
    "helper": "case.draft/read/correct:o case.file:o2 file.add/read:o",
    "window": """
        case.take:d case.create/read/receive/precheck:t file.add/read:t shared.query:t licence.hand:t delivery.read/redirect:t
        notice.read/serve:t delivery.read:d payment.record:t window.open:h window.open:d visit.record:t
        absence.enter:t""",
    "acceptor": "case.take:d case.accept/notify/refuse/suspend:t absence.enter:t",
    "reviewer": """
        case.take:d case.read/review/inspect/suspend:t step.finish:t file.read:t shared.query:t decision.propose/read:t
        notice.read:t absence.enter:t""",
    "joint": "case.take:d case.read/opine:t step.finish:t file.read:t shared.query:t absence.enter:t",
    "chief": """
        case.take/read/reassign/meet/extend/renotify:d file.read:t file.read:d! shared.query:t step.finish:t decision.sign/read:t
        licence.issue:t licence.revoke:t2 payment.waive:t2 payment.refund:d2 rule.approve:d2 reading.see:dm notice.read:t
        absence.enter:d""",
    "head": """
        case.take/read:d file.read:t step.finish:t case.extend:d decision.sign/read:t licence.issue:t notice.read:t
        absence.enter:d""",
    "registrar": """
        case.take:d case.read:t file.read:t shared.query:t step.finish:t decision.sign/read:t licence.issue:t notice.read:t
        absence.enter:t""",
    "regulator": "case.read/take-over:de file.read:de! shared.query:de! licence.read/propose-revoke:d",
    "hall-manager": "hall.manage:h",
    "client": "case.read/act:c file.read/add:c decision.post:c licence.push/pull:c shared.push:c reading.see:o key.rotate:o",
    "source-owner": "shared.grant/stop:d2 shared.usage:a reading.see:d",
    "editor": "guide.draft shared.mark",
    "publisher": "guide.publish/revert:2",
    "rule-author": "rule.draft/replay",
    "rule-activator": "rule.activate:2 rule.stop",
    "system-admin": "account.create config.write",
    "security-admin": "grant.give:2 grant.revoke key.rotate:2 peer.approve:2",
    "audit-admin": "reading.read event.read event.export entry.read",
    "system": """
        case.read/accept/notify/suspend/conclude/lapse step.finish decision.sign/read file.read/add shared.query rule.run/activate
        licence.issue/read payment.read/settle delivery.send/read/redirect/settle notice.send/serve guide.publish hall.manage""",
}


class Duty(StrEnum):
    """Every duty whose room exists, as `object.verb`."""

    ABSENCE_ENTER = "absence.enter"
    ACCOUNT_CHANGE = "account.change"
    ACCOUNT_CREATE = "account.create"
    CASE_ACCEPT = "case.accept"
    CASE_ACT = "case.act"
    CASE_APPEAL = "case.appeal"
    CASE_CONCLUDE = "case.conclude"
    CASE_CONFIRM = "case.confirm"
    CASE_CORRECT = "case.correct"
    CASE_CREATE = "case.create"
    CASE_DRAFT = "case.draft"
    CASE_EXTEND = "case.extend"
    CASE_FILE = "case.file"
    CASE_INSPECT = "case.inspect"
    CASE_LAPSE = "case.lapse"
    CASE_MEET = "case.meet"
    CASE_NOTIFY = "case.notify"
    CASE_OPINE = "case.opine"
    CASE_PRECHECK = "case.precheck"
    CASE_READ = "case.read"
    CASE_REASSIGN = "case.reassign"
    CASE_RECEIVE = "case.receive"
    CASE_REFUSE = "case.refuse"
    CASE_RENOTIFY = "case.renotify"
    CASE_REVIEW = "case.review"
    CASE_SUSPEND = "case.suspend"
    CASE_TAKE = "case.take"
    CASE_TAKE_OVER = "case.take-over"
    CASE_TRACK = "case.track"
    CASE_WITHDRAW = "case.withdraw"
    CONFIG_WRITE = "config.write"
    CONSENT_GIVE = "consent.give"
    CONSENT_WITHDRAW = "consent.withdraw"
    DECISION_POST = "decision.post"
    DECISION_PROPOSE = "decision.propose"
    DECISION_READ = "decision.read"
    DECISION_SIGN = "decision.sign"
    DELIVERY_READ = "delivery.read"
    DELIVERY_REDIRECT = "delivery.redirect"
    DELIVERY_SEND = "delivery.send"
    DELIVERY_SETTLE = "delivery.settle"
    ENTRY_READ = "entry.read"
    EVENT_EXPORT = "event.export"
    EVENT_READ = "event.read"
    FILE_ADD = "file.add"
    FILE_READ = "file.read"
    FILE_REPLACE = "file.replace"
    GRANT_GIVE = "grant.give"
    GRANT_REVOKE = "grant.revoke"
    GUIDE_DRAFT = "guide.draft"
    GUIDE_PUBLISH = "guide.publish"
    GUIDE_READ = "guide.read"
    GUIDE_REVERT = "guide.revert"
    HALL_MANAGE = "hall.manage"
    KEY_ROTATE = "key.rotate"
    LICENCE_HAND = "licence.hand"
    LICENCE_ISSUE = "licence.issue"
    LICENCE_PROPOSE_REVOKE = "licence.propose-revoke"
    LICENCE_PULL = "licence.pull"
    LICENCE_PUSH = "licence.push"
    LICENCE_READ = "licence.read"
    LICENCE_REVOKE = "licence.revoke"
    LICENCE_SHARE = "licence.share"
    LICENCE_VERIFY = "licence.verify"
    LIST_READ = "list.read"
    MANDATE_GIVE = "mandate.give"
    MANDATE_REVOKE = "mandate.revoke"
    NOTICE_READ = "notice.read"
    NOTICE_SEND = "notice.send"
    NOTICE_SERVE = "notice.serve"
    PAYMENT_CLAIM = "payment.claim"
    PAYMENT_PAY = "payment.pay"
    PAYMENT_READ = "payment.read"
    PAYMENT_RECORD = "payment.record"
    PAYMENT_REFUND = "payment.refund"
    PAYMENT_SETTLE = "payment.settle"
    PAYMENT_WAIVE = "payment.waive"
    PEER_APPROVE = "peer.approve"
    READING_READ = "reading.read"
    READING_SEE = "reading.see"
    RULE_ACTIVATE = "rule.activate"
    RULE_APPROVE = "rule.approve"
    RULE_DRAFT = "rule.draft"
    RULE_READ = "rule.read"
    RULE_REPLAY = "rule.replay"
    RULE_RUN = "rule.run"
    RULE_STOP = "rule.stop"
    RULE_TRACE = "rule.trace"
    SHARED_DISPUTE = "shared.dispute"
    SHARED_GRANT = "shared.grant"
    SHARED_MARK = "shared.mark"
    SHARED_PUSH = "shared.push"
    SHARED_QUERY = "shared.query"
    SHARED_SEE = "shared.see"
    SHARED_STOP = "shared.stop"
    SHARED_USAGE = "shared.usage"
    STEP_FINISH = "step.finish"
    VISIT_RECORD = "visit.record"
    WINDOW_OPEN = "window.open"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role given to an officer, or a mandate given to a representative; empty = not narrowed."""

    role: str
    department: str = ""
    division: str = ""
    items: frozenset[str] = frozenset()
    hall: str = ""

    def covers(self, on: "Target") -> bool:
        """Whether the object lies inside what was granted."""
        named = ((self.department, on.department), (self.division, on.division))
        return all(not mine or mine == theirs for mine, theirs in named) and (not self.items or on.item in self.items)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for whom, through which channel. `fresh`: a second factor within five minutes."""

    id: str
    kind: Kind
    person: str = ""
    organisation: str = ""
    on_behalf_of: str = ""
    name: str = ""
    grants: tuple[Grant, ...] = ()
    holds: frozenset[str] = frozenset()
    via: str = "portal"
    request: str = ""
    fresh: bool = False


ANONYMOUS = Actor("", "anonymous")
SYSTEM = Actor("system", "system", name="系统自动办理", via="system")


@dataclass(frozen=True, slots=True)
class Target:
    """The object of an act, as its room's queries describe it.

    `parties`: actor ids that already took part in it · `jointly`: persons and organisations whose matter it is beside the owner.
    """

    kind: str
    id: str = ""
    division: str = ""
    department: str = ""
    hall: str = ""
    owner: str = ""
    holder: str = ""
    parties: frozenset[str] = frozenset()
    jointly: frozenset[str] = frozenset()
    open: bool = True
    item: str = ""


class Denied(Exception):
    """The actor has no such duty at all; says who may (403)."""

    def __init__(self, duty: Duty, who_may: str) -> None:
        super().__init__(f"您没有权限进行此操作。可以办理的人：{who_may}。")
        self.duty, self.who_may = duty, who_may


class Hidden(Exception):
    """Somebody else's object, or none: both look alike (404)."""


class Refused(Exception):
    """The business refuses; every channel shows the message and what would work instead."""

    def __init__(self, code: str, message: str, way_out: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.way_out = code, message, way_out


@dataclass(frozen=True, slots=True)
class Right:
    """One entry of the table."""

    duty: Duty
    scope: str
    modifiers: frozenset[str]


def _rights(row: str) -> Iterator[Right]:
    for entry in row.split():
        name, _, marks = entry.partition(":")
        noun, _, verbs = name.partition(".")
        for verb in verbs.split("/"):
            yield Right(Duty(f"{noun}.{verb}"), "".join(set(marks) & SCOPES.keys()), frozenset(marks) - SCOPES.keys())


def require(actor: Actor, duty: Duty, on: Target, *, reason: str = "") -> None:
    """Nothing, if the actor may; raises Denied (no such duty), Hidden (not this object) or Refused (a sign is not met)."""
    held = [(grant, right) for grant in _grants(actor) for right in RIGHTS[grant.role] if right.duty is duty]
    if not held:
        raise Denied(duty, who_may(duty))
    fitting = [right for grant, right in held if _fits(actor, grant, right, on)]
    if not fitting:
        raise Hidden(f"{on.kind} {on.id}")
    if actor.kind == "officer" and {actor.person, actor.organisation} & ({on.owner, *on.jointly} - {""}):
        raise Refused("own-matter", "您不能办理自己或本单位的事项。", "请交由其他工作人员办理。")
    lacking = [_lacking(actor, right, on, reason) for right in fitting]
    if all(lacking):
        raise next(refusal for refusal in lacking if refusal)


def may(actor: Actor, duty: Duty, on: Target, *, reason: str = "") -> bool:
    """Whether `require` would let it pass."""
    try:
        require(actor, duty, on, reason=reason)
    except (Denied, Hidden, Refused):
        return False
    return True


def masked(actor: Actor, duty: Duty, on: Target) -> bool:
    """Whether the actor sees personal values of the object only as masks."""
    fitting = [r for grant in _grants(actor) for r in RIGHTS[grant.role] if r.duty is duty and _fits(actor, grant, r, on)]
    return all("m" in right.modifiers for right in fitting)


def who_may(duty: Duty) -> str:
    """The roles that have the duty, in words for a refusal page."""
    return "、".join(ROLES[role] for role, rights in RIGHTS.items() if any(right.duty is duty for right in rights)) or "没有人"


BORN = frozenset({"everybody", "applicant", "client", "system"})
MANDATED = frozenset({"representative", "helper"})
GIVEN: Mapping[str, frozenset[str]] = {
    "applicant": MANDATED,
    "client": frozenset({"client"}),
    "officer": frozenset(TABLE) - BORN - MANDATED,
}
"""The roles that can be given to each kind of actor; those of BORN come with being somebody."""


def _grants(actor: Actor) -> Iterator[Grant]:
    """The grants of an actor: those that come with being somebody, and those given that his kind can hold."""
    yield Grant("everybody")
    if actor.kind in BORN:
        yield Grant(actor.kind)
    yield from (grant for grant in actor.grants if grant.role in GIVEN.get(actor.kind, ()))


def _fits(actor: Actor, grant: Grant, right: Right, on: Target) -> bool:
    """Whether the right reaches the object."""
    if ("e" in right.modifiers and on.open) or not grant.covers(on):
        return False
    return not right.scope or SCOPES[right.scope](actor, grant, on)


SCOPES: Mapping[str, Callable[[Actor, Grant, Target], bool]] = {
    "o": lambda actor, grant, on: bool(on.owner) and on.owner in _own(actor, grant),
    "j": lambda actor, grant, on: any(one and (one == on.owner or one in on.jointly) for one in _own(actor, grant)),
    "t": lambda actor, grant, on: on.id in actor.holds or (bool(on.holder) and on.holder == actor.id),
    "d": lambda actor, grant, on: bool(grant.department and grant.division),
    "h": lambda actor, grant, on: bool(grant.hall) and grant.hall == on.hall,
    "c": lambda actor, grant, on: bool(grant.items),
    "s": lambda actor, grant, on: bool(on.owner) and on.owner == actor.person,
    "a": lambda actor, grant, on: on.kind == "aggregate",
}


RIGHTS: Mapping[str, tuple[Right, ...]] = {role: tuple(_rights(row)) for role, row in TABLE.items()}


def _own(actor: Actor, grant: Grant) -> tuple[str, ...]:
    """Whose matters count as own under the grant: by mandate those of the mandator, else one's own and one's firm's."""
    if grant.role in MANDATED:
        return (actor.on_behalf_of,)
    if grant.role == "client":
        return (actor.id,)
    return (actor.person, actor.organisation)


def _lacking(actor: Actor, right: Right, on: Target, reason: str) -> Refused | None:
    """What a sign of the right still asks for."""
    if "2" in right.modifiers and actor.id in on.parties:
        return Refused("second-person", "这项操作须由另一人确认，您已经参与过。", "请由另一位有权限的工作人员确认。")
    if "!" in right.modifiers and not reason.strip():
        return Refused("reason-needed", "查看时须写明理由或者文号，当事人可以看到。", "请填写理由后再试。")
    if "+" in right.modifiers and not actor.fresh:
        return Refused("second-factor", "为保护您的权益，此操作须先再次验证身份。", "请完成身份验证后继续。")
    return None
