"""Every address of the house: each channel brings its own list."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("onevisit.channels.api.urls")),
    path("workbench/", include("onevisit.channels.workbench.urls")),
    path("studio/", include("onevisit.channels.studio.urls")),
    path("", include("onevisit.channels.portal.urls")),
]
handler400 = "onevisit.channels.ui.trouble.unreadable"
handler404 = "onevisit.channels.ui.trouble.missing"
handler500 = "onevisit.channels.ui.trouble.broken"
