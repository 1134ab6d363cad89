"""What a command on a running city does first: Django is set up; a database that can't be reached is one sentence."""

import os

import django
from django.db import OperationalError, connection

from onevisit.channels.cli.answer import Unreadable


def ready() -> None:
    """Django is set up and the database answers; else raises `Unreadable` with what to do."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onevisit.settings")
    django.setup()
    try:
        connection.ensure_connection()
    except OperationalError as why:
        reason = str(why).strip().splitlines()[-1]
        raise Unreadable(f"连不上数据库：{reason}。请先运行 make run，或者用 DATABASE_URL 指明数据库地址。") from why
