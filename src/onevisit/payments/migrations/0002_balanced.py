"""The books balance when a transaction commits, and only grow: a movement has its two sides or is not there at all."""

from django.db import migrations

from onevisit.ledger.triggers import append_only

BALANCED = """
CREATE FUNCTION payments_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved bigint;
    due numeric;
BEGIN
    IF TG_TABLE_NAME = 'payments_movement' THEN moved := NEW.id; ELSE moved := NEW.movement_id; END IF;
    SELECT amount INTO due FROM payments_movement WHERE id = moved;
    IF (SELECT coalesce(sum(debit), 0) <> due OR coalesce(sum(credit), 0) <> due FROM payments_entry WHERE movement_id = moved) THEN
        RAISE EXCEPTION 'the entries of movement % do not balance', moved USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_entry_balanced AFTER INSERT ON payments_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_balanced();
CREATE CONSTRAINT TRIGGER payments_movement_balanced AFTER INSERT ON payments_movement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_balanced();
"""
UNBALANCED = """
DROP TRIGGER payments_entry_balanced ON payments_entry;
DROP TRIGGER payments_movement_balanced ON payments_movement;
DROP FUNCTION payments_balanced();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [
        migrations.RunSQL(BALANCED, UNBALANCED),
        append_only("payments_entry"),
        append_only("payments_movement"),
        append_only("payments_confirmation"),
    ]
