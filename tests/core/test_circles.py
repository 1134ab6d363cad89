"""Circles with alternatives, against an oracle that tries every choice; and big graphs."""

import random
import time
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core.circles import circles, components, ring

NODES = 5
WAYS = st.frozensets(st.integers(0, NODES - 1), min_size=1, max_size=2)
GRAPHS = st.lists(st.lists(WAYS, max_size=2), min_size=NODES, max_size=NODES).map(lambda rows: dict(enumerate(rows)))


def reached(edges, start):
    found, todo = set(), list(edges[start])
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += edges[one]
    return found


def choices(needs):
    """Every way to choose one of each set."""
    flat = [(node, ways) for node, wanted in needs.items() for ways in wanted]
    for picked in product(*(sorted(ways) for _, ways in flat)):
        edges = {node: set() for node in needs}
        for (node, _), one in zip(flat, picked, strict=True):
            edges[node].add(one)
        yield edges


@settings(max_examples=400, deadline=None, database=None, derandomize=True)
@given(GRAPHS)
def test_there_is_a_circle_exactly_if_no_choice_avoids_one(needs):
    unavoidable = all(any(node in reached(edges, node) for node in edges) for edges in choices(needs))
    assert bool(list(circles(needs))) == unavoidable


@settings(max_examples=400, deadline=None, database=None, derandomize=True)
@given(GRAPHS)
def test_whoever_is_on_a_circle_meets_a_circle_inside_of_it_whatever_one_chooses(needs):
    for circle in circles(needs):
        for edges in choices({node: [ways for ways in needs[node] if ways <= circle] for node in circle}):
            assert all(any(node in reached(edges, node) for node in reached(edges, start)) for start in circle)


@settings(max_examples=500, deadline=None, database=None, derandomize=True)
@given(st.lists(st.frozensets(st.integers(0, 7), max_size=3), min_size=8, max_size=8))
def test_components_are_what_reach_each_other(rows):
    edges = dict(enumerate(rows))
    found = {node: part for part in components(edges) for node in part}
    assert sorted(node for part in components(edges) for node in part) == sorted(edges)
    for one, other in product(edges, edges):
        assert (found[one] == found[other]) == (one == other or (other in reached(edges, one) and one in reached(edges, other)))


def test_only_a_mere_ring_has_an_order():
    needs = {1: [frozenset({2})], 2: [frozenset({3})], 3: [frozenset({1})]}
    assert ring(2, frozenset({1, 2, 3}), needs) == (2, 3, 1)
    assert ring(1, frozenset({1, 2, 3}), {**needs, 3: [frozenset({1}), frozenset({2})]}) == ()


def test_rings_in_twenty_thousand_nodes_are_found_fast():
    chance = random.Random(3)
    needs = {one: [frozenset({chance.randrange(one)}) for _ in range(2)] if one else [] for one in range(20_000)}
    planted = [frozenset(range(start, start + 30)) for start in range(1_000, 20_000, 2_000)]
    for circle in planted:
        for one in sorted(circle):
            needs[one] = [frozenset({one + 1 if one + 1 in circle else min(circle)})]
    start = time.process_time()
    assert sorted(circles(needs), key=min) == planted
    assert time.process_time() - start < 2
