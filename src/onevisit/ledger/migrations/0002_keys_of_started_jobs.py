"""A started job gives up its key: its next may wait beside it, and its own retry never meets it there."""

from django.db import migrations

GIVE_UP = """
CREATE FUNCTION ledger_started_job_gives_up_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.queueing_lock := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_started_job BEFORE UPDATE OF status ON procrastinate_jobs FOR EACH ROW
    WHEN (OLD.status = 'todo' AND NEW.status = 'doing') EXECUTE FUNCTION ledger_started_job_gives_up_key();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL(
            GIVE_UP, "DROP TRIGGER ledger_started_job ON procrastinate_jobs; DROP FUNCTION ledger_started_job_gives_up_key();"
        ),
    ]
