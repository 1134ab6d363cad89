"""The six steps as a flow of django-viewflow: handles, done by code as ours are; locked as its manual says for PostgreSQL."""

from viewflow import this
from viewflow.workflow import flow, lock

from engine_peers.serving import DATA


class Six(flow.Flow):
    """Submitted, reviewed twice side by side, decided, made, handed out."""

    lock_impl = lock.select_for_update_lock

    submit = flow.StartHandle(this.begin).Next(this.split)
    split = flow.Split().Next(this.order).Next(this.place)
    order = flow.Handle(this.nothing).Next(this.join)
    place = flow.Handle(this.nothing).Next(this.join)
    join = flow.Join().Next(this.decide)
    decide = flow.Handle(this.nothing).Next(this.issue)
    issue = flow.Handle(this.nothing).Next(this.deliver)
    deliver = flow.Handle(this.nothing).Next(this.end)
    end = flow.End()

    def begin(self, activation):
        """The process holds what was submitted."""
        activation.process.data = DATA
        return activation.process

    def nothing(self, activation):
        """The step does nothing beside being done."""
        return activation.process
