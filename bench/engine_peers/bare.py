"""Three statements a step and no engine at all: the case locked and read, moved on, an event written."""

import json

from psycopg import Connection

from engine_peers.serving import DATA, LATER, connected, serve

TABLES = """
DROP TABLE IF EXISTS six_event, six_case;
CREATE TABLE six_case (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, done text[], state text, data jsonb);
CREATE TABLE six_event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, case_id bigint REFERENCES six_case (id), step text,
    at timestamptz DEFAULT now(), data jsonb);
CREATE INDEX ON six_event (case_id);
"""
BEGIN = "INSERT INTO six_case (done, state, data) VALUES (ARRAY['submit'], 'submit', %s) RETURNING id"
HOLD = "SELECT done FROM six_case WHERE id = %s FOR UPDATE"
MOVE = "UPDATE six_case SET done = %s, state = %s WHERE id = %s"
NOTE = "INSERT INTO six_event (case_id, step, data) VALUES (%s, %s, '{}')"


def case(database: Connection) -> str:
    """One case; what was wrong."""
    (number,) = database.execute(BEGIN, [json.dumps(DATA)]).fetchone()
    database.execute(NOTE, [number, "submit"])
    database.commit()
    for step in LATER:
        (done,) = database.execute(HOLD, [number]).fetchone()
        database.execute(MOVE, [[*done, step], step, number])
        database.execute(NOTE, [number, step])
        database.commit()
    return "" if done == ["submit", *LATER[:-1]] else f"{done}"


if __name__ == "__main__":
    with connected() as opened:
        opened.execute(TABLES)
        opened.commit()
        serve(lambda: case(opened))
