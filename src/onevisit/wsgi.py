"""The door for a WSGI server (granian); its threads share a pool of connections, which other processes do without."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onevisit.settings")
os.environ.setdefault("ONEVISIT_POOL", "12")
application = get_wsgi_application()
addresses = get_resolver().url_patterns
"""Read now, so that the first request does not wait for the imports."""
