"""A published standard never changes, it can only be retired; an item keeps nothing but local facts (DEFINITION section 1)."""

from django.db import migrations

from onevisit.ledger.triggers import append_only

IMMUTABLE = """
CREATE FUNCTION catalogue_standard_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a % standard is never deleted', OLD.state USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF ROW(NEW.base_item_id, NEW.level, NEW.version, NEW.definition, NEW.text, NEW.content_hash, NEW.pack, NEW.promise,
           NEW.decided_at, NEW.published_at, NEW.stream_id, NEW.public_id)
       IS DISTINCT FROM
       ROW(OLD.base_item_id, OLD.level, OLD.version, OLD.definition, OLD.text, OLD.content_hash, OLD.pack, OLD.promise,
           OLD.decided_at, OLD.published_at, OLD.stream_id, OLD.public_id)
       OR NOT (NEW.state = OLD.state OR (OLD.state = 'published' AND NEW.state = 'retired')) THEN
        RAISE EXCEPTION 'a % standard does not change', OLD.state USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_standard_immutable BEFORE UPDATE OR DELETE ON catalogue_standard
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION catalogue_standard_immutable();
ALTER TABLE catalogue_item ADD CONSTRAINT item_offer_is_local
    CHECK (jsonb_typeof(offer) = 'object' AND offer - '{phones,places,limits,also_at,parameters}'::text[] = '{}'::jsonb);
"""
BACK = """
ALTER TABLE catalogue_item DROP CONSTRAINT item_offer_is_local;
DROP TRIGGER catalogue_standard_immutable ON catalogue_standard;
DROP FUNCTION catalogue_standard_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunSQL(IMMUTABLE, BACK), append_only("catalogue_standardfile")]
