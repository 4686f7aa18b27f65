"""When to try again, and after how long."""

from __future__ import annotations

import random
from dataclasses import dataclass

from ..errors import ConnectionFailed, SocialServiceError
from ..operation import Operation
from .answer import Answer
from .retry_after import retry_after_seconds


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Repeats only what cannot do harm twice.

    - 429 and 503: the service refused and did nothing, so every request may be repeated.
    - 502, 504 and connections that broke: the service may have acted, so only repeatable ones
      are.
    - Connections that did not come about: nothing was sent, so every request may be repeated.

    All times are in seconds.
    """

    retries: int
    first_pause: float = 0.2
    longest_pause: float = 5.0
    longest_retry_after: float = 30.0
    """A service that wants to be left alone for longer than this is left to the caller."""

    def pause_after_answer(
        self, operation: Operation, answer: Answer, attempt: int
    ) -> float | None:
        """How long to wait before trying again; ``None`` for not at all.

        ``attempt`` counts from 0.
        """
        asked = retry_after_seconds(answer.headers)
        return self._pause(operation, answer.status, asked, attempt)

    def pause_after_error(
        self,
        operation: Operation,
        error: SocialServiceError,
        attempt: int,
        passing: frozenset[int] = frozenset(),
    ) -> float | None:
        """As above, by the exception for the answer; ``passing`` are statuses after which the
        operation may be repeated besides.
        """
        return self._pause(operation, error.status, error.retry_after, attempt, passing)

    def _pause(
        self,
        operation: Operation,
        status: int,
        asked: float | None,
        attempt: int,
        passing: frozenset[int] = frozenset(),
    ) -> float | None:
        is_worth_it = (
            status in {429, 503}
            or status in passing
            or (status in {502, 504} and operation.is_repeatable)
        )
        if not is_worth_it or attempt >= self.retries:
            return None
        if asked is None:
            return self._backoff(attempt)
        if asked > self.longest_retry_after:
            return None
        # Not sooner than asked, and not all clients at the same moment.
        return asked + random.uniform(0, self.first_pause)

    def pause_after_failure(
        self, operation: Operation, failure: ConnectionFailed, attempt: int
    ) -> float | None:
        """As above, when there was no answer."""
        is_harmless = operation.is_repeatable or not failure.may_have_arrived
        return self._backoff(attempt) if is_harmless and attempt < self.retries else None

    def _backoff(self, attempt: int) -> float:
        """Full jitter: anything up to a bound that doubles."""
        return random.uniform(
            0, min(self.longest_pause, self.first_pause * 2.0 ** min(attempt, 32))
        )
