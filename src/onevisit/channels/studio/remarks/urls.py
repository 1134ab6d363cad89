"""The addresses of remarks in the studio."""

from django.urls import path

from onevisit.channels.studio.remarks import views

urlpatterns = [
    path("remarks", views.index, name="studio-remarks"),
    path("remarks/<uuid:remark>", views.answer, name="studio-remark"),
]
