"""A thread that gives way to the window's, so that a hand goes on painting while the processors are busy."""

from __future__ import annotations

import os
import sys
import threading

NICENESS = 5
"""Of 19. At the window's own priority two threads that trained made it wait 0.07 s for one of two processors;
at 10 they starve where the window never rests."""


def give_way() -> None:
    """The calling thread, and those that it starts later (torch's own), get a processor after the window's thread.

    On Linux, where a priority belongs to a thread; elsewhere nothing happens.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread)))
