"""Every write to the catalogue. The five beats: require (access), lock, decide (what differs), apply (row), append (ledger)."""

from onevisit.catalogue.actions.describing import add_word as add_word
from onevisit.catalogue.actions.describing import load_base_items as load_base_items
from onevisit.catalogue.actions.importing import Imported as Imported
from onevisit.catalogue.actions.importing import import_table as import_table
from onevisit.catalogue.actions.offering import Spread as Spread
from onevisit.catalogue.actions.offering import offer as offer
from onevisit.catalogue.actions.offering import offer_everywhere as offer_everywhere
from onevisit.catalogue.actions.publishing import Published as Published
from onevisit.catalogue.actions.publishing import publish_pack as publish_pack
from onevisit.catalogue.actions.registering import Cancelled as Cancelled
from onevisit.catalogue.actions.registering import cancel_proof as cancel_proof
from onevisit.catalogue.actions.registering import restore_proof as restore_proof
from onevisit.catalogue.actions.remarking import answer_remark as answer_remark
from onevisit.catalogue.actions.remarking import remark as remark
from onevisit.catalogue.actions.revising import TAKE_EFFECT as TAKE_EFFECT
from onevisit.catalogue.actions.revising import Overtaken as Overtaken
from onevisit.catalogue.actions.revising import attach as attach
from onevisit.catalogue.actions.revising import begin as begin
from onevisit.catalogue.actions.revising import drop as drop
from onevisit.catalogue.actions.revising import publish as publish
from onevisit.catalogue.actions.revising import revert as revert
from onevisit.catalogue.actions.revising import send_back as send_back
from onevisit.catalogue.actions.revising import submit as submit
from onevisit.catalogue.actions.revising import take_effect as take_effect
from onevisit.catalogue.actions.revising import write as write
