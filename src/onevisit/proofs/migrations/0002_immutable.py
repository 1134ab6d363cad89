"""What was proposed and decided of a proof stays as it was; what was asked in a source's stead only grows."""

from django.db import migrations

from onevisit.ledger.triggers import append_only

IMMUTABLE = """
CREATE FUNCTION proofs_proofreview_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a review of a proof is never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.outcome <> '' OR NEW.outcome = '' OR
       ROW(NEW.public_id, NEW.proof_id, NEW.proposal, NEW.rule, NEW.evidence, NEW.asked, NEW.why, NEW.instead,
           NEW.proposed_by, NEW.proposed_at)
       IS DISTINCT FROM
       ROW(OLD.public_id, OLD.proof_id, OLD.proposal, OLD.rule, OLD.evidence, OLD.asked, OLD.why, OLD.instead,
           OLD.proposed_by, OLD.proposed_at) THEN
        RAISE EXCEPTION 'a review of a proof is decided once and does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proofs_proofreview_immutable BEFORE UPDATE OR DELETE ON proofs_proofreview
    FOR EACH ROW EXECUTE FUNCTION proofs_proofreview_immutable();
"""
BACK = """
DROP TRIGGER proofs_proofreview_immutable ON proofs_proofreview;
DROP FUNCTION proofs_proofreview_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("proofs", "0001_initial")]
    operations = [migrations.RunSQL(IMMUTABLE, BACK), append_only("proofs_fallbackask")]
