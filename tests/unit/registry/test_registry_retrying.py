from __future__ import annotations

import pytest

from digestpin.registry.deadline import Deadline
from digestpin.registry.retrying import Patience, parse_retry_after

NOON = 1_700_000_000.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(None, None, id="none"),
        pytest.param(" 60 ", 60.0, id="seconds"),
        pytest.param("0", 0.0, id="none to wait"),
        pytest.param("Tue, 14 Nov 2023 22:14:20 GMT", 60.0, id="a date"),
        pytest.param("Tue, 14 Nov 2023 22:14:20 -0000", 60.0, id="no zone"),
        pytest.param("Tue, 14 Nov 2023 22:00:00 GMT", 0.0, id="the past"),
        pytest.param("-5", None, id="negative"),
        pytest.param("soon", None, id="a word"),
        pytest.param("\uff19", None, id="another script's digit"),
        pytest.param("9" * 5000, None, id="no number of this world"),
        pytest.param("999999999", 30 * 24 * 3600.0, id="years"),
    ],
)
def test_retry_after(text: str | None, expected: float | None) -> None:
    assert parse_retry_after(text, NOON) == expected


def test_a_host_is_left_alone_for_the_longest_time_it_has_asked() -> None:
    patience = Patience(0)
    patience.note("50", NOON)
    patience.note("10", NOON)
    patience.note("rubbish", NOON)
    assert 40 < patience.seconds_to_wait <= 50


def test_waiting_beyond_the_deadline_is_refused_at_once() -> None:
    patience = Patience(0)
    patience.note("50", NOON)
    deadline = Deadline(10)
    assert not patience.wait_turn(deadline)
    assert deadline.remaining_seconds > 9


def test_a_short_wait_is_waited_for_and_a_call_that_is_off_waits_no_more() -> None:
    patience = Patience(100)
    patience.note("0", NOON)
    assert patience.wait_turn(Deadline(10))
    deadline = Deadline(1000)
    deadline.call_off()
    patience.back_off(9, deadline)
    assert (deadline.is_over, deadline.remaining_seconds) == (True, 0.0)


def test_threads_share_the_turns_to_ask_again_until_one_fares_better() -> None:
    patience, deadline = Patience(0), Deadline(10)
    with patience.turns(deadline, 3) as turns:
        assert list(turns) == [1, 2, 3]
    with patience.turns(deadline, 3) as turns:
        assert list(turns) == []
    patience.accept()
    with patience.turns(deadline, 3) as turns:
        assert next(turns) == 1
        with patience.turns(Deadline(0.01), 3) as others:
            assert list(others) == []
