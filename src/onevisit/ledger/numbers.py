"""Numbers without gaps (连续编号): a counter row, locked in the transaction that uses the number; a rollback gives it back."""

from django.db import connection, transaction

TAKE = """
INSERT INTO ledger_counter (series, last) VALUES (%s, 1)
ON CONFLICT (series) DO UPDATE SET last = ledger_counter.last + 1 RETURNING last
"""


def next_number(series: str) -> int:
    """The next number of `series`, from 1; must be called inside a transaction, which holds the series until it ends."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a number is taken only in the transaction that uses it")
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [series])
        return int(cursor.fetchone()[0])
