"""What must hold of inquiries in any living database: SECURITY section 4, row 25."""

from collections.abc import Iterator

from onevisit.ledger.invariants import Invariant, offending

NOT_ALLOWED = """
SELECT 'inquiry ' || i.public_id || ' had no whitelist row for ' || wanted.datum FROM sharing_inquiry i
CROSS JOIN LATERAL jsonb_array_elements_text(i.data) AS wanted(datum)
WHERE NOT EXISTS (
    SELECT FROM sharing_whitelist w WHERE w.resource_id = i.resource_id AND w.item = i.item AND w.datum = wanted.datum
    AND w.since <= i.asked_at AND (w.stopped_at IS NULL OR w.stopped_at >= i.asked_at)
    AND CASE w.ground WHEN 'duty' THEN jsonb_array_length(w.basis) > 0 AND jsonb_array_length(i.basis) > 0 ELSE EXISTS (
        SELECT FROM identity_consent c JOIN sharing_sharedresource r ON r.id = i.resource_id
        WHERE i.consents ? c.public_id::text AND c.subject = i.subject AND c.item = i.item AND c.datum = r.word || '.' || w.datum
        AND (c.separate OR w.ground = 'consent') AND c.given_at <= i.asked_at
        AND (c.withdrawn_at IS NULL OR c.withdrawn_at >= i.asked_at)) END)
"""
FOR_NOTHING = """
SELECT 'inquiry ' || public_id || ' lacks case, item, purpose or data' FROM sharing_inquiry
WHERE "case" IS NULL OR item = '' OR purpose = '' OR jsonb_array_length(data) = 0 OR asked_by = ''
"""
UNPROVED = """
SELECT 'inquiry ' || public_id || ' is answered without proof' FROM sharing_inquiry WHERE state IN ('answered', 'empty')
AND (digest IS NULL OR answer IS NULL OR source_time IS NULL OR coalesce(signature ->> 'x-ov-signature', '') = '')
"""


def inquiries() -> Iterator[str]:
    """Inquiries for no case or purpose, that no whitelist row or consent allowed then, or whose answer is without proof."""
    for sql in (FOR_NOTHING, NOT_ALLOWED, UNPROVED):
        yield from offending(sql)


INVARIANTS = (Invariant(25, "sharing", "每次查询都有办件、事由和当时有效的白名单依据，答复有凭证", False, inquiries),)
