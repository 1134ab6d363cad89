"""The addresses of the clean-up of proofs."""

from django.urls import path

from onevisit.channels.studio.proofs import views

urlpatterns = [
    path("", views.listed, name="studio-proofs"),
    path("/matrix", views.matrix, name="studio-proofs-matrix"),
    path("/circles", views.circles, name="studio-proofs-circles"),
    path("/outages", views.outages, name="studio-outages"),
    path("/<slug:key>", views.show, name="studio-proof"),
    path("/<slug:key>/propose", views.propose, name="studio-proof-propose"),
    path("/<slug:key>/reviews/<uuid:review>", views.decide, name="studio-proof-decide"),
]
