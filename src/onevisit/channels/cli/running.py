"""For commands on a running city: whoever imports this, before any room, finds Django ready."""

import importlib
import importlib.util
import os
from types import ModuleType

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onevisit.settings")
django.setup()


def parts(name: str) -> list[ModuleType]:
    """The module `name` of each room that has one, lowest room first."""
    named = (f"onevisit.{room}.{name}" for room in settings.ROOMS)
    return [importlib.import_module(module) for module in named if importlib.util.find_spec(module)]
