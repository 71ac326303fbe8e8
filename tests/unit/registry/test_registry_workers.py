from __future__ import annotations

import threading

import pytest

from digestpin.registry import workers
from digestpin.registry.deadline import Deadline
from digestpin.registry.workers import Workers


def run(
    work: object, items: list[int], *, seconds: float = 30, abort: object = None
) -> dict[int, int]:
    pool: Workers[int, int] = Workers(
        work,  # type: ignore[arg-type]
        group_of=str,
        concurrency=4,
        deadline=Deadline(seconds),
        abort=abort or (lambda: None),  # type: ignore[arg-type]
    )
    return pool.run(items)


def test_every_item_gets_its_result_however_many_groups_there_are() -> None:
    assert run(lambda item: item * 2, list(range(50))) == {n: 2 * n for n in range(50)}


def test_a_group_that_hangs_starves_no_other_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "_GRACE_SECONDS", 0.1)
    stopped = threading.Event()

    def work(item: int) -> int:
        if item < 10:
            stopped.wait(60)
        return item

    pool: Workers[int, int] = Workers(
        work,
        group_of=lambda item: "hangs" if item < 10 else str(item),
        concurrency=8,
        deadline=Deadline(1),
        abort=stopped.set,
    )
    good = range(10, 160)
    results = pool.run([*range(10), *good])
    assert {item for item in results if item >= 10} == {*good}


def test_a_bug_comes_out() -> None:
    with pytest.raises(ZeroDivisionError):
        run(lambda item: 1 // item, [1, 0, 2])


def test_what_is_not_done_by_the_deadline_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "_GRACE_SECONDS", 0.1)
    aborted, stopped = threading.Event(), threading.Event()

    def work(item: int) -> int:
        if item == 0:
            stopped.wait(60)
        return item

    try:
        assert run(work, [0, 1], seconds=0.2, abort=aborted.set) == {1: 1}
    finally:
        stopped.set()
    assert aborted.is_set()
