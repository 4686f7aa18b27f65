"""What an observer hears."""

from __future__ import annotations

from dataclasses import dataclass

from ..operation import Operation
from .answer import Answer


@dataclass(frozen=True, slots=True)
class Exchange:
    """One attempt that was answered. ``attempt`` counts from 0 within a call; ``seconds`` is how
    long it took.

    It has nothing of the request but its operation, and so no secrets.
    """

    operation: Operation
    answer: Answer
    attempt: int
    seconds: float
