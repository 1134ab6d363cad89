"""The peers, in an environment of their own: a bare Django view with one transaction, and DRF on given documents.

`case` does what any such application does: one transaction, three statements. `items` and `item` give exactly the documents of
the files that BENCH_ITEM and BENCH_ITEMS name, through serializers with a typed field for each value.
"""

import json
import os
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    LOGGING_CONFIG=None,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
    },
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

from django.db import connection, models, transaction  # noqa: E402 - Django must be ready first
from rest_framework import serializers  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class Case(models.Model):
    """A case as a bare application has it."""

    item = models.IntegerField()
    region = models.IntegerField()
    applicant = models.CharField(max_length=60)
    state = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    created = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField(null=True)

    class Meta:
        app_label = "bench"
        db_table = "bench_case"
        indexes = [models.Index(fields=["region", "state"]), models.Index(fields=["applicant"])]

    def __str__(self) -> str:
        return str(self.pk)


class Event(models.Model):
    """What happened to it."""

    case = models.ForeignKey(Case, models.CASCADE)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)
    data = models.JSONField(default=dict)

    class Meta:
        app_label = "bench"
        db_table = "bench_event"

    def __str__(self) -> str:
        return str(self.pk)


def prepare() -> None:
    """The two tables exist and are empty."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_event, bench_case")
    with connection.schema_editor() as editor:
        editor.create_model(Case)
        editor.create_model(Event)


@csrf_exempt
def case(request: HttpRequest) -> JsonResponse:
    """A case is made and moved on: three statements, one commit."""
    asked = json.loads(request.body)
    with transaction.atomic():
        row = Case.objects.create(state="accepted", **asked)
        Event.objects.create(case=row, kind="accepted", data={"by": 7, "window": 3})
        Case.objects.filter(pk=row.pk).update(state="in_review", due=timezone.now())
    return JsonResponse({"id": row.pk}, status=201)


def field(value: Any) -> serializers.Field:
    """A typed field for a value of the document."""
    if isinstance(value, dict):
        return serializer(value)()
    if isinstance(value, list):
        return serializers.ListField(child=field(value[0])) if value else serializers.ListField()
    for kind, made in ((bool, serializers.BooleanField), (int, serializers.IntegerField), (str, serializers.CharField)):
        if isinstance(value, kind):
            return made(allow_null=True)
    return serializers.CharField(allow_null=True)


def serializer(document: dict[str, Any]) -> type[serializers.Serializer]:
    """A serializer for documents of this shape."""
    return type("Shaped", (serializers.Serializer,), {name: field(value) for name, value in document.items()})


def view(variable: str) -> Any:
    """A view that serializes the document of a file at each request."""
    document = json.loads(Path(os.environ.get(variable, os.devnull)).read_text() or "{}")
    shape = serializer(document)

    class Document(APIView):
        def get(self, request: Request) -> Response:
            return Response(shape(document).data)

    return Document.as_view()


urlpatterns = [path("case", case), path("item", view("BENCH_ITEM")), path("items", view("BENCH_ITEMS"))]
application = WSGIHandler()
