"""The workbench's addresses."""

from django.urls import include, path

from onevisit.channels.workbench.views import acts, case, colleagues, login, refunds, results, together, work

urlpatterns = [
    path("", work.listed, name="work"),
    path("login", login.show, name="work-login"),
    path("alive", login.alive, name="work-alive"),
    path("colleagues", colleagues.listed, name="colleagues"),
    path("colleagues/<uuid:absence>/end", colleagues.end, name="absence-end"),
    path("window/", include("onevisit.channels.workbench.intake.urls")),
    path("reminders/<uuid:reminder>", work.seen, name="reminder-seen"),
    path("together", together.preview, name="together"),
    path("together/accept", together.accept, name="together-accept"),
    path("together/undo", together.undo, name="together-undo"),
    path("results", results.listed, name="results"),
    path("refunds", refunds.listed, name="refunds"),
    path("refunds/<uuid:claim>", refunds.answer, name="refund"),
    path("cases/<uuid:case>", case.show, name="work-case"),
    path("cases/<uuid:case>/take", work.take, name="work-take"),
    path("cases/<uuid:case>/back", work.give_back, name="work-back"),
    path("cases/<uuid:case>/decide", case.decide, name="work-decide"),
    path("cases/<uuid:case>/ask", acts.tell, {"kind": "ask"}, name="work-ask"),
    path("cases/<uuid:case>/notify", acts.tell, {"kind": "notify"}, name="work-notify"),
    path("cases/<uuid:case>/do/<slug:name>", acts.do, name="work-do"),
    path("cases/<uuid:case>/files/<uuid:attachment>", case.attachment, name="work-attachment"),
    path("cases/<uuid:case>/papers/<slug:name>.pdf", case.paper, name="work-paper"),
]
