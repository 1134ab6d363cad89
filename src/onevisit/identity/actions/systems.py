"""Other systems (对接系统) are proposed by one and approved by another before the house calls them."""

from dataclasses import asdict, dataclass

from django.db import transaction

from onevisit.access import Actor, Duty, Hidden, Refused, Target, require
from onevisit.identity.actions.people import locked_account
from onevisit.identity.models import Peer
from onevisit.ledger.actions import Entry, append


@dataclass(frozen=True, slots=True)
class NewPeer:
    """Another system and its one address."""

    name: str
    title: str
    host: str
    port: int
    key_id: str
    scheme: str = "https"
    private: bool = False


@transaction.atomic
def propose_peer(actor: Actor, new: NewPeer) -> None:
    """Another system is known by its address, and called once another person approves it."""
    require(actor, Duty.PEER_APPROVE, Target("peer", new.name))
    if Peer.objects.filter(name=new.name).exists():
        raise Refused("peer-known", f"已经登记过名为{new.name}的系统。", "请先停用原来的登记。")
    Peer.objects.create(**asdict(new), proposed_by=actor.id)
    append(locked_account(actor.id).stream, actor, [Entry("peer.proposed", {"peer": new.name})])


@transaction.atomic
def approve_peer(actor: Actor, name: str) -> None:
    """The system may be called from now on; whoever proposed it cannot approve it (S3)."""
    row = Peer.objects.select_for_update().filter(name=name).first()
    if row is None:
        raise Hidden(f"peer {name}")
    require(actor, Duty.PEER_APPROVE, Target("peer", name, parties=frozenset({row.proposed_by})))
    row.approved_by = actor.id
    row.save(update_fields=["approved_by"])
    append(locked_account(actor.id).stream, actor, [Entry("peer.approved", {"peer": name})])
