"""A call that ends after a given time, also where the called code would not.

In the main thread on Linux and macOS an alarm interrupts the code. Elsewhere (Windows, or a
thread) the code runs in a thread of its own, which is asked to stop. Neither can interrupt one
long call into compiled code, such as `sum(range(10**12))`: that ends when it ends. A grader of
other people's submissions also sets a limit on the whole process as well.
"""

import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

AGAIN = 0.05  # seconds after which code that swallowed the first interruption gets another
GRACE = 1.0  # seconds that a thread has to stop in


class TooLongError(Exception):
    """The call did not end in time.

    Attributes:
        still_running: True where it could not be stopped and goes on in the background.
    """

    def __init__(self, still_running: bool = False) -> None:
        super().__init__(still_running)
        self.still_running = still_running


class _Stop(BaseException):
    """Thrown into the running code; no `except Exception` there catches it."""


def call_within(seconds: float, call: Callable[[], T]) -> T:
    """What `call()` returns, if it does so within `seconds`; what it raises goes through.

    Raises:
        TooLongError: it did not end in time.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    if in_main_thread and hasattr(signal, "setitimer"):
        return _by_alarm(seconds, call)
    return _by_thread(seconds, call)


class _Alarm:
    """Interrupts the code that runs, again and again until `is_on` is false.

    A bare `except:` swallows an interruption. So from the second one on, the code is traced as
    well and interrupted once more: at its next line, then at the line after that, and so on,
    until it happens where nothing swallows it, such as in the handler or at the loop's head.
    """

    def __init__(self, own_frame: FrameType) -> None:
        self.is_on = True
        self.own_frame = own_frame
        self.count = 0
        self.skip = 0  # lines to go before the traced code is interrupted

    def ring(self, _: int, frame: FrameType | None) -> None:
        """Interrupt: called by the signal."""
        if not self.is_on:
            return
        self.count += 1
        if self.count > 1:
            self.skip = self.count - 2
            while frame is not None and frame is not self.own_frame:
                frame.f_trace = self.trace
                frame = frame.f_back
            sys.settrace(self.trace)
        raise _Stop

    def trace(self, _: FrameType, event: str, __: object) -> Callable:
        """Interrupt: called by Python before a line, and at other events that are let go."""
        if self.is_on and event == "line":
            if self.skip == 0:
                raise _Stop
            self.skip -= 1
        return self.trace


def _by_alarm(seconds: float, call: Callable[[], T]) -> T:
    alarm, tracer = _Alarm(sys._getframe()), sys.gettrace()
    start = time.monotonic()
    handler = signal.signal(signal.SIGALRM, alarm.ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        try:
            value = call()
        finally:
            alarm.is_on = False
        if alarm.count:  # it caught the interruption, and returned something else
            raise TooLongError
        return value
    except _Stop:
        raise TooLongError from None
    finally:
        alarm.is_on = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.settrace(tracer)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if handler is None else handler)
        if left:  # someone else's alarm, such as a test runner's, goes on
            rest = left - (time.monotonic() - start)
            signal.setitimer(signal.ITIMER_REAL, max(rest, 1e-3), interval)


def _by_thread(seconds: float, call: Callable[[], T]) -> T:
    outcome: dict[str, T] = {}
    problems: list[BaseException] = []

    def work() -> None:
        try:
            outcome["value"] = call()
        except BaseException as error:  # handed over to the caller
            problems.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        target = ctypes.c_ulong(thread.ident)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(_Stop))
        thread.join(GRACE)
        raise TooLongError(still_running=thread.is_alive())
    if problems:
        raise problems[0]
    return outcome["value"]
