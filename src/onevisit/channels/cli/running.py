"""For commands on a running city: `main` loads this before their module, so that they find Django ready."""

import importlib
import importlib.util
import os
import re
from types import ModuleType

import django
from django.conf import settings
from django.db import OperationalError, connection

from onevisit.channels.cli.answer import Unreadable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onevisit.settings")
django.setup()


def connected() -> None:
    """Nothing, if the database answers; else raises `Unreadable` with what to do."""
    try:
        connection.ensure_connection()
    except OperationalError as why:
        raise Unreadable(f"连不上数据库：{reason(why)}。请先运行 make run，或者用 DATABASE_URL 指明数据库地址。") from why


def reason(why: OperationalError) -> str:
    """What the driver says in many lines, as the one phrase that tells why."""
    return re.split("failed: |error: |FATAL: ", str(why).strip().splitlines()[0])[-1].strip()


def parts(name: str) -> list[ModuleType]:
    """The module `name` of each room that has one, lowest room first."""
    named = (f"onevisit.{room}.{name}" for room in settings.ROOMS)
    return [importlib.import_module(module) for module in named if importlib.util.find_spec(module)]
