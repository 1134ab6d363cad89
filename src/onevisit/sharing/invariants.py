"""What must hold of inquiries (SECURITY section 4, row 25)."""

from functools import partial

from onevisit.ledger.invariants import Invariant, offending

UNFOUNDED = """
SELECT i.public_id FROM sharing_inquiry i
WHERE i.basis = '[]'::jsonb OR i.purpose = '' OR (i.state IN ('answered', 'empty') AND length(i.digest) = 0)
   OR EXISTS (SELECT 1 FROM jsonb_array_elements_text(i.data) d
              WHERE NOT EXISTS (SELECT 1 FROM sharing_whitelist w WHERE w.resource_id = i.resource_id AND w.item = i.item AND w.datum = d.value))
"""

INVARIANTS = (Invariant(25, "sharing", "每次查询都有办件、白名单、依据和答复的摘要", False, partial(offending, UNFOUNDED)),)
