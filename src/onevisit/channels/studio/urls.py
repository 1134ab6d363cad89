"""The studio's addresses."""

from django.urls import path

from onevisit.channels.studio.views import login

urlpatterns = [
    path("login", login.show, name="studio-login"),
]
