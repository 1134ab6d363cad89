"""django-viewflow, its processes and tasks in its own tables."""

import os

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="bench",
    USE_TZ=True,
    LOGGING_CONFIG=None,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "viewflow", "viewflow.workflow", "engine_peers"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "bench_peer",
            "USER": "onevisit",
            "HOST": os.environ["BENCH_SOCKET"],
            "CONN_MAX_AGE": None,
        }
    },
)
django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be ready first
from viewflow.workflow.models import Process, Task  # noqa: E402

from engine_peers.flows import Six  # noqa: E402
from engine_peers.serving import LATER, serve  # noqa: E402


def case() -> str:
    """One case; what was wrong."""
    process = Six.submit.run()
    for step in LATER:
        task = Task.objects.get(process_id=process.pk, flow_task=getattr(Six, step), status="NEW")
        getattr(Six, step).run(task)
    status = Process.objects.values_list("status", flat=True).get(pk=process.pk)
    return "" if status == "DONE" else str(status)


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    serve(case)
