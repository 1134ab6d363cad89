"""Every write to the catalogue. The five beats: require (access), lock, decide (what differs), apply (row), append (ledger)."""

from onevisit.catalogue.actions.describing import add_word as add_word
from onevisit.catalogue.actions.describing import load_base_items as load_base_items
from onevisit.catalogue.actions.offering import Spread as Spread
from onevisit.catalogue.actions.offering import offer as offer
from onevisit.catalogue.actions.offering import offer_everywhere as offer_everywhere
from onevisit.catalogue.actions.publishing import Published as Published
from onevisit.catalogue.actions.publishing import publish_pack as publish_pack
