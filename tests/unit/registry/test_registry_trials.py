"""A password is tried by one thread; the others wait, but not for ever."""

from __future__ import annotations

from digestpin.registry.deadline import Deadline
from digestpin.registry.redaction import Secret
from digestpin.registry.trials import Trials

PASSWORD, OTHER = Secret("Basic one"), Secret("Basic two")


def test_whoever_has_waited_long_enough_goes_on() -> None:
    trials = Trials()
    with trials.turn(PASSWORD, Deadline(20)), trials.turn(PASSWORD, Deadline(0.01)):
        assert not trials.is_rejected(PASSWORD, "a")
    with trials.turn(OTHER, Deadline(0.01)):
        pass


class Watched(Deadline):
    """Counts how often somebody asks how long there is to wait."""

    asked = 0

    @property
    def remaining_seconds(self) -> float:
        self.asked += 1
        return 0.01


def test_nobody_waits_for_a_password_that_was_taken() -> None:
    trials, first, second = Trials(), Watched(1), Watched(1)
    with trials.turn(PASSWORD, first), trials.turn(PASSWORD, second):
        assert (first.asked, second.asked) == (1, 1)
    trials.note(PASSWORD, "a", 403)
    with trials.turn(PASSWORD, first), trials.turn(PASSWORD, second):
        assert (first.asked, second.asked) == (1, 1)


def test_a_password_counts_as_wrong_after_three_repositories() -> None:
    trials = Trials()
    for repository in ("a", "b", "c"):
        assert not trials.is_rejected(PASSWORD, repository)
        trials.note(PASSWORD, repository, 401)
        assert trials.is_rejected(PASSWORD, repository)
    assert trials.is_rejected(PASSWORD, "d")
    assert not trials.is_rejected(OTHER, "a")


def test_a_password_that_one_takes_is_wrong_only_where_it_was_refused() -> None:
    trials = Trials()
    trials.note(PASSWORD, "a", 200)
    for repository in ("b", "c", "d"):
        trials.note(PASSWORD, repository, 401)
    assert trials.is_rejected(PASSWORD, "d")
    assert not trials.is_rejected(PASSWORD, "e")


def test_no_password_is_never_wrong() -> None:
    trials = Trials()
    trials.note(None, "a", 401)
    with trials.turn(None, Deadline(0)):
        assert not trials.is_rejected(None, "a")
