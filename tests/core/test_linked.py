"""Chains of marks join what they link, and nothing else."""

from onevisit.core.linked import linked


def test_a_long_chain_is_one():
    assert linked([(number, number + 1) for number in range(5_000)]) == [list(range(5_000))]


def test_marks_of_other_kinds_do_not_meet():
    assert linked([(("source", "x"),), (("same_as", "x"),)]) == [[0], [1]]
    assert linked([]) == []
