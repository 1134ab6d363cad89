"""What makes a table append-only: triggers that refuse UPDATE, DELETE and TRUNCATE, whoever asks. There is no off switch."""

from django.db.migrations import RunSQL

REFUSE = """
CREATE OR REPLACE FUNCTION onevisit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def append_only(table: str) -> RunSQL:
    """The migration operation that lets `table` only grow."""
    return RunSQL(
        sql=f"""{REFUSE}
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION onevisit_append_only();
CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION onevisit_append_only();
""",
        reverse_sql=f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_never_emptied ON {table};",
    )
