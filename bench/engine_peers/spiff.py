"""SpiffWorkflow: its state as JSON in a row, locked, read, made a workflow again, a step done, written back; or all in memory.

`python -m engine_peers.spiff stored` or `memory`. The BPMN is parsed once. The state is text: the order of its tasks counts.
"""

import sys

from lxml import etree
from psycopg import Connection
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from engine_peers.serving import DATA, LATER, connected, serve

BPMN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="x" targetNamespace="x">
<process id="six" isExecutable="true"><startEvent id="start"/><manualTask id="submit" name="submit"/><parallelGateway id="split"/>
<manualTask id="order" name="order"/><manualTask id="place" name="place"/><parallelGateway id="join"/>
<manualTask id="decide" name="decide"/><manualTask id="issue" name="issue"/><manualTask id="deliver" name="deliver"/>
<endEvent id="end"/>{flows}</process></definitions>"""
FLOWS = (
    ("start", "submit"), ("submit", "split"), ("split", "order"), ("split", "place"), ("order", "join"), ("place", "join"),
    ("join", "decide"), ("decide", "issue"), ("issue", "deliver"), ("deliver", "end"),
)  # fmt: skip
TABLE = """
DROP TABLE IF EXISTS six_spiff;
CREATE TABLE six_spiff (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text, state text);
"""
BEGIN = "INSERT INTO six_spiff (body, state) VALUES (%s, 'open') RETURNING id"
HOLD = "SELECT body FROM six_spiff WHERE id = %s FOR UPDATE"
MOVE = "UPDATE six_spiff SET body = %s, state = %s WHERE id = %s"


def parsed() -> object:
    """The process of the BPMN."""
    flows = "".join(f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(FLOWS))
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(BPMN.format(flows=flows)))
    return parser.get_spec("six")


SPEC, JSON = parsed(), BpmnWorkflowSerializer()


def begun() -> BpmnWorkflow:
    """A case that was submitted."""
    workflow = BpmnWorkflow(SPEC)
    workflow.do_engine_steps()
    done(workflow, "submit", DATA)
    return workflow


def done(workflow: BpmnWorkflow, step: str, data: dict[str, str]) -> None:
    """The step that waits under this name is done, and what follows by itself."""
    task = next(one for one in workflow.get_tasks(state=TaskState.READY, manual=True) if one.task_spec.bpmn_id == step)
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()


def ended(workflow: BpmnWorkflow) -> str:
    """What was wrong."""
    last = next(one for one in workflow.get_tasks(manual=True) if one.task_spec.bpmn_id == LATER[-1])
    return "" if workflow.is_completed() and last.data["goods"] == DATA["goods"] else "not completed"


def in_memory() -> str:
    """One case, nothing stored."""
    workflow = begun()
    for step in LATER:
        done(workflow, step, {})
    return ended(workflow)


def stored(database: Connection) -> str:
    """One case; what was wrong."""
    (number,) = database.execute(BEGIN, [JSON.serialize_json(begun())]).fetchone()
    database.commit()
    for step in LATER:
        (body,) = database.execute(HOLD, [number]).fetchone()
        workflow = JSON.deserialize_json(body)
        done(workflow, step, {})
        state = "done" if workflow.is_completed() else "open"
        database.execute(MOVE, [JSON.serialize_json(workflow), state, number])
        database.commit()
    return ended(workflow)


def main(how: str) -> None:
    """Answers until stdin ends."""
    if how == "memory":
        serve(in_memory)
        return
    with connected() as opened:
        opened.execute(TABLE)
        opened.commit()
        serve(lambda: stored(opened))


if __name__ == "__main__":
    main(sys.argv[1])
