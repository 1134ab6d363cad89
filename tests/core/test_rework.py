"""Mending and doing again, written out: the span stands again, and what follows waits for the last attempt."""

from onevisit.core.definition import Rework, Step, Within
from onevisit.core.rework import outcomes, unrolled


def process(rework: Rework) -> tuple[Step, ...]:
    return (
        Step("submit", by="applicant", does="submit", at=("hall",)),
        Step("verify", by="system", does="verify", needs=("submit",), instant=True),
        Step("photo", by="system", does="verify", needs=("submit",), instant=True),
        Step("inspect", by="department", does="inspect", needs=("verify",), days=5, rework=rework),
        Step("issue", by="system", does="issue", needs=("inspect", "photo"), instant=True),
    )


def test_without_rework_nothing_changes() -> None:
    steps = (Step("submit", by="applicant", does="submit"),)
    assert unrolled(steps) is steps


def test_the_steps_from_where_it_goes_back_stand_again() -> None:
    steps = {step.id: step for step in unrolled(process(Rework("fail", "verify")))}
    assert list(steps) == ["submit", "verify", "photo", "inspect", "verify~2", "inspect~2", "issue"]
    assert steps["verify~2"].needs == ("inspect",)
    assert steps["inspect~2"].needs == ("verify~2",)
    assert steps["inspect~2"].when == {"step.inspect~1": ("fail",)}
    assert steps["issue"].needs == ("inspect", "inspect~2", "photo")


def test_each_further_attempt_hangs_on_the_one_before() -> None:
    steps = {step.id: step for step in unrolled(process(Rework("fail", "inspect", times=2)))}
    assert steps["inspect~2"].needs == ("inspect",)
    assert steps["inspect~3"].needs == ("inspect~2",)
    assert steps["inspect~3"].when == {"step.inspect~2": ("fail",)}
    assert steps["issue"].needs == ("inspect", "inspect~2", "inspect~3", "photo")


def test_the_applicants_days_stand_before_the_first_step_of_the_next_attempt() -> None:
    steps = {step.id: step for step in unrolled(process(Rework("fail", "submit", applicant_days=30)))}
    assert steps["submit~2"].within == Within(after=1, before=30)
    assert steps["inspect~2"].within is None


def test_a_step_beside_the_span_waits_for_what_is_done_again() -> None:
    steps = {step.id: step for step in unrolled(process(Rework("fail", "submit")))}
    assert steps["photo"].needs == ("submit", "submit~2")


def test_a_step_that_can_send_back_has_two_outcomes_at_least() -> None:
    assert outcomes(Step("inspect", by="department", does="inspect", rework=Rework("fail", "inspect"))) == ("done", "fail")
    assert outcomes(Step("inspect", by="department", does="inspect", outcomes=("a", "b"))) == ("a", "b")
    assert outcomes(Step("inspect", by="department", does="inspect")) == ()
