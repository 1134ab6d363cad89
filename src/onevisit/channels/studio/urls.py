"""The studio's addresses."""

from django.urls import include, path

from onevisit.channels.studio.views import edit, imports, items, library, login, review, words

urlpatterns = [
    path("", items.listed, name="studio"),
    path("login", login.show, name="studio-login"),
    path("items/<slug:key>/<slug:level>", items.item, name="studio-item"),
    path("items/<slug:key>/<slug:level>/begin", items.begin, name="studio-begin"),
    path("items/<slug:key>/<slug:level>/offer", items.spread, name="studio-offer"),
    path("items/<slug:key>/<slug:level>/revert", items.revert, name="studio-revert"),
    path("revisions/<uuid:revision>/edit/<slug:section>", edit.section, name="studio-edit"),
    path("revisions/<uuid:revision>/save/<slug:section>", edit.autosave, name="studio-save"),
    path("revisions/<uuid:revision>/file", edit.upload, name="studio-file"),
    path("revisions/<uuid:revision>", review.show, name="studio-review"),
    path("revisions/<uuid:revision>/preview", review.preview, name="studio-preview"),
    path("revisions/<uuid:revision>/files/<str:name>", review.file, name="studio-draft-file"),
    path("revisions/<uuid:revision>/submit", review.submit, name="studio-submit"),
    path("revisions/<uuid:revision>/back", review.send_back, name="studio-back"),
    path("revisions/<uuid:revision>/publish", review.publish, name="studio-publish"),
    path("revisions/<uuid:revision>/catch-up", review.catch_up, name="studio-catch-up"),
    path("revisions/<uuid:revision>/drop", review.drop, name="studio-drop"),
    path("import", imports.upload, name="studio-import"),
    path("import/keep", imports.keep, name="studio-import-keep"),
    path("library", library.listed, name="studio-library"),
    path("library/pull", library.pull, name="studio-pull"),
    path("library/<int:change>", library.settle, name="studio-settle"),
    path("words", words.listed, name="studio-words"),
    path("words/give", words.give, name="studio-give-word"),
    path("", include("onevisit.channels.studio.remarks.urls")),
    path("proofs", include("onevisit.channels.studio.proofs.urls")),
]
