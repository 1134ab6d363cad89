"""The door for a WSGI server (granian); its threads share a pool of connections, which other processes do without."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onevisit.settings")
os.environ.setdefault("ONEVISIT_POOL", "12")
application = get_wsgi_application()
