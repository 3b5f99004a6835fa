"""A budget lets in what there is room for, and a single one of any size."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.batching.workers.budget import Budget

SIZES = st.lists(st.integers(0, 12), max_size=30)


@given(SIZES, st.integers(1, 10))
def test_what_is_in_never_exceeds_the_room_unless_it_is_alone(sizes, room):
    budget, inside, lock = Budget(room), list[int](), threading.Lock()
    entered = threading.Semaphore(0)
    exceeded = list[list[int]]()

    def enter():
        for size in sizes:
            budget.take(size)
            with lock:
                inside.append(size)
                if sum(inside) > room and len([each for each in inside if each]) > 1:
                    exceeded.append([*inside])
            entered.release()

    entering = threading.Thread(target=enter, daemon=True)
    entering.start()
    for _ in sizes:
        assert entered.acquire(timeout=10)
        with lock:
            leaving = inside.pop(0)
        budget.give(leaving)
    entering.join(10)
    assert not entering.is_alive()
    assert exceeded == []


def test_one_that_does_not_fit_waits_until_another_leaves():
    budget = Budget(10)
    budget.take(6)
    waiting = threading.Thread(target=budget.take, args=(5,), daemon=True)
    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive()
    budget.give(6)
    waiting.join(10)
    assert not waiting.is_alive()
