"""The window's addresses, below `window/`."""

from django.urls import path

from onevisit.channels.workbench.intake import acting, beside, counter, filling, seat, visit

CASE = "visits/<uuid:visit>/cases/<uuid:case>"

urlpatterns = [
    path("", seat.show, name="window"),
    path("receive", seat.receive, name="window-receive"),
    path("close", seat.close, name="window-close"),
    path("<uuid:window>/open", seat.open_one, name="window-open"),
    path("visits/<uuid:visit>", visit.show, name="visit"),
    path("visits/<uuid:visit>/begin", visit.begin, name="visit-begin"),
    path("visits/<uuid:visit>/bring", visit.bring, name="visit-bring"),
    path("visits/<uuid:visit>/leave", visit.leave, name="visit-leave"),
    path(CASE, counter.show, name="counter"),
    path(f"{CASE}/open", visit.open_case, name="visit-open"),
    path(f"{CASE}/fill", filling.fill, name="window-fill"),
    path(f"{CASE}/save", filling.autosave, name="window-save"),
    path(f"{CASE}/handed", acting.handed, name="window-handed"),
    path(f"{CASE}/way", acting.way, name="window-way"),
    path(f"{CASE}/receive", acting.receive, name="window-take-in"),
    path(f"{CASE}/accept", acting.accept, name="window-accept"),
    path(f"{CASE}/beside", beside.beside, name="window-beside"),
    path(f"{CASE}/confirm", acting.confirm, name="window-confirm"),
    path(f"{CASE}/supply", acting.supply, name="window-supply"),
    path(f"{CASE}/mend", acting.mend, name="window-mend"),
    path(f"{CASE}/notify", acting.notify, name="window-notify"),
    path(f"{CASE}/turn-away", acting.turn_away, name="window-turn-away"),
    path(f"{CASE}/collect/<uuid:delivery>", acting.collect, name="window-collect"),
    path(f"{CASE}/serve/<str:name>", acting.serve, name="window-serve"),
    path(f"{CASE}/papers/<str:name>.pdf", counter.paper, name="window-paper"),
    path(f"{CASE}/pay.svg", counter.pay_code, name="window-pay"),
]
