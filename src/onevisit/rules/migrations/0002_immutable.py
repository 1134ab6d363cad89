"""A version of a rule never changes its text, nor a run anything: what decided can be replayed for ever."""

from django.db import migrations

from onevisit.ledger.triggers import append_only

IMMUTABLE = """
CREATE FUNCTION rules_ruleset_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a version of a rule is never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF ROW(NEW.public_id, NEW.stream_id, NEW.name, NEW.version, NEW.text, NEW.content_hash, NEW.author, NEW.made_at)
       IS DISTINCT FROM
       ROW(OLD.public_id, OLD.stream_id, OLD.name, OLD.version, OLD.text, OLD.content_hash, OLD.author, OLD.made_at)
       OR (OLD.state = 'retired' AND NEW.state <> 'retired') OR (OLD.state <> 'draft' AND NEW.state = 'draft') THEN
        RAISE EXCEPTION 'a % rule does not change', OLD.state USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rules_ruleset_immutable BEFORE UPDATE OR DELETE ON rules_ruleset
    FOR EACH ROW EXECUTE FUNCTION rules_ruleset_immutable();
"""
BACK = """
DROP TRIGGER rules_ruleset_immutable ON rules_ruleset;
DROP FUNCTION rules_ruleset_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("rules", "0001_initial")]
    operations = [migrations.RunSQL(IMMUTABLE, BACK), append_only("rules_run")]
