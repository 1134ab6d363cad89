"""Jobs are deferred by name: every name that is deferred is a task that a worker finds, and every task is tried again."""

import ast

from procrastinate.contrib.django import app

from onevisit.ledger import jobs
from onevisit.ledger.actions import QUIET
from onevisit.reactions import REACTIONS
from onevisit.settings import SOURCE


def strings(call: str) -> set[str]:
    """The first argument of each call of this name in the product, where it is written out."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    named = [node.args[0] for node in calls if ast.unparse(node.func).rpartition(".")[2] == call]
    return {node.value for node in named if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_a_worker_finds_every_task_that_is_deferred_or_comes_by_itself():
    app.perform_import_paths()
    written = strings("task") | strings("periodic") | strings("defer") | strings("Later")
    assert {name for name in written if name.startswith("onevisit.")} <= set(app.tasks)
    assert len(written) > 5


def test_nobody_acts_on_what_sends_no_news():
    assert QUIET.isdisjoint(REACTIONS)


def test_every_task_is_tried_again():
    app.perform_import_paths()
    ours = [task for name, task in app.tasks.items() if name.startswith("onevisit.")]
    assert not [task.name for task in ours if not isinstance(task.retry_strategy, jobs.Backoff)]
