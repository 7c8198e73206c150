"""Calls that do not end are ended, in the main thread and in others."""

import signal
import sys
import threading
import time
from collections.abc import Callable

import pytest

from lessonlib.checks import timelimit
from lessonlib.checks.timelimit import TooLongError, call_within

has_alarm = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no alarms on this system")


def loop() -> None:
    while True:
        pass


def loop_and_catch_exceptions() -> None:
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            continue


def loop_and_catch_all() -> None:
    while True:
        try:
            time.sleep(0.001)
        except:  # noqa: E722
            continue


def loop_and_catch_all_in_one_line() -> None:
    # fmt: off
    while True:
        try: int("7")  # noqa: E701, SIM105
        except: pass  # noqa: E701, E722
    # fmt: on


def loop_and_catch_all_twice() -> None:
    while True:
        try:
            try:
                sum(range(1000))
            except:  # noqa: E722
                sum(range(1000))
        except:  # noqa: E722
            pass


def loop_then_return() -> int:
    try:
        loop()
    except:  # noqa: E722
        return 0


def loop_then_loop() -> None:
    try:
        loop()
    except:  # noqa: E722
        loop()


def sleep() -> None:
    time.sleep(60)


ENDLESS = [
    loop,
    loop_and_catch_exceptions,
    loop_and_catch_all,
    loop_and_catch_all_in_one_line,
    loop_and_catch_all_twice,
    loop_then_return,
    loop_then_loop,
    sleep,
]


def in_thread(call: Callable[[], object]) -> object:
    """What a call gives, or raises, in another thread than the main one."""
    box = []

    def work() -> None:
        try:
            box.append(call())
        except Exception as error:
            box.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert box, "the call did not end"
    return box[0]


def test_a_value_and_an_error_go_through():
    assert call_within(5, lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        call_within(5, lambda: 1 / 0)


@has_alarm
@pytest.mark.parametrize("endless", ENDLESS)
def test_what_does_not_end_is_interrupted(endless: Callable):
    with pytest.raises(TooLongError) as error:
        call_within(0.1, endless)
    assert not error.value.still_running


@has_alarm
def test_the_alarms_of_others_go_on():
    rung = []
    handler = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    left = signal.setitimer(signal.ITIMER_REAL, 0.4)
    try:
        with pytest.raises(TooLongError):
            call_within(0.1, loop)
        assert signal.getitimer(signal.ITIMER_REAL)[0] <= 0.3
        deadline = time.monotonic() + 5
        while not rung and time.monotonic() < deadline:
            time.sleep(0.01)
        assert rung == [1]
    finally:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *left)


@has_alarm
def test_limits_can_be_nested():
    def outer() -> None:
        with pytest.raises(TooLongError):
            call_within(0.1, loop)
        loop()

    with pytest.raises(TooLongError):
        call_within(0.5, outer)


@has_alarm
def test_nothing_rings_afterwards():
    handler, tracer = signal.getsignal(signal.SIGALRM), sys.gettrace()
    with pytest.raises(TooLongError):
        call_within(0.05, loop_then_loop)
    assert call_within(0.05, lambda: 1) == 1
    time.sleep(0.1)
    assert signal.getsignal(signal.SIGALRM) == handler
    assert sys.gettrace() is tracer


def test_in_a_thread_values_and_errors_go_through():
    assert in_thread(lambda: call_within(5, lambda: 3)) == 3
    assert isinstance(in_thread(lambda: call_within(5, lambda: 1 / 0)), ZeroDivisionError)


@pytest.mark.parametrize("endless", [loop, loop_and_catch_exceptions])
def test_in_a_thread_a_loop_is_stopped(endless: Callable):
    error = in_thread(lambda: call_within(0.1, endless))
    assert isinstance(error, TooLongError)
    assert not error.still_running


def test_in_a_thread_what_cannot_be_stopped_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(timelimit, "GRACE", 0.1)
    error = in_thread(lambda: call_within(0.1, lambda: time.sleep(2)))
    assert isinstance(error, TooLongError)
    assert error.still_running


def test_a_system_without_alarms_uses_a_thread(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(signal, "setitimer", raising=False)
    assert call_within(5, threading.current_thread) is not threading.main_thread()
