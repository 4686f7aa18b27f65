"""Calls operations: puts requests together, sends them as often as needed, raises refusals."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping

from ..errors import Aborted, ConnectionFailed
from ..operation import Operation
from .answer import Answer
from .credentials import Credentials
from .exchange import Exchange
from .open_answer import OpenAnswer
from .refusals import refusal
from .request import MakeBody, Request
from .retry_policy import RetryPolicy
from .transport import Transport


class Caller:
    """What all groups of methods share."""

    USER_AGENT = "socialplay-python/1.1.0"

    def __init__(
        self,
        transport: Transport,
        retry_policy: RetryPolicy,
        credentials: Credentials,
        observer: Callable[[Exchange], None] | None,
    ) -> None:
        self._transport = transport
        self._retry_policy = retry_policy
        self._credentials = credentials
        self._observer = observer

    def call(
        self,
        operation: Operation,
        *,
        parts: Mapping[str, str] | None = None,
        query: Mapping[str, str | int | None] | None = None,
        body: Mapping[str, object] | MakeBody | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        abort: threading.Event | None = None,
        retry_policy: RetryPolicy | None = None,
    ) -> Answer:
        """The answer of a request that was granted.

        ``abort`` ends the call when it is set. Raises ``ValueError`` before anything is sent, and
        every kind of :class:`GamingPlatformError` afterwards.
        """
        request = self._request(operation, parts, query, body, headers)
        policy = retry_policy or self._retry_policy
        answer = self._repeat(request, policy, abort, is_whole=True)
        assert isinstance(answer, Answer)
        return answer

    def open(
        self,
        operation: Operation,
        *,
        parts: Mapping[str, str] | None = None,
        query: Mapping[str, str | int | None] | None = None,
        headers: Mapping[str, str] | None = None,
        abort: threading.Event | None = None,
    ) -> OpenAnswer:
        """As :meth:`call`, but returns before the body is read."""
        request = self._request(operation, parts, query, None, headers)
        answer = self._repeat(request, self._retry_policy, abort, is_whole=False)
        assert isinstance(answer, OpenAnswer)
        return answer

    def _repeat(
        self,
        request: Request,
        policy: RetryPolicy,
        abort: threading.Event | None,
        *,
        is_whole: bool,
    ) -> Answer | OpenAnswer:
        attempt = 0
        while True:
            found = self._attempt(request, attempt, policy, is_whole=is_whole)
            if not isinstance(found, float):
                return found
            wait(found, abort)
            attempt += 1

    def _attempt(
        self, request: Request, attempt: int, policy: RetryPolicy, *, is_whole: bool
    ) -> Answer | OpenAnswer | float:
        """The answer, or in how many seconds to try again.

        Raises when there is nothing more to try.
        """
        operation = request.operation
        began = time.monotonic()
        try:
            opened = self._authenticated(request)
            if not is_whole and 200 <= opened.status < 300:
                self._observe(operation, Answer(opened.status, opened.headers, b""), attempt, began)
                return opened
            answer = opened.read()
        except ConnectionFailed as failure:
            pause = policy.pause_after_failure(operation, failure, attempt)
            if pause is None:
                raise
            return pause
        self._observe(operation, answer, attempt, began)
        if not answer.is_refusal(operation):
            return answer
        pause = policy.pause_after_answer(operation, answer, attempt)
        if pause is None:
            raise refusal(answer)
        return pause

    def _authenticated(self, request: Request) -> OpenAnswer:
        """Sends a request, and again with another token if the first one is refused."""
        credential = request.operation.credential
        token = self._credentials.token(credential)
        headers = self._credentials.headers(credential, token)
        answer = self._transport.open(request.with_headers(headers))
        if answer.status != 401 or (renewed := self._credentials.renewed(token)) is None:
            return answer
        answer.close()
        headers = self._credentials.headers(credential, renewed)
        return self._transport.open(request.with_headers(headers))

    def _observe(self, operation: Operation, answer: Answer, attempt: int, began: float) -> None:
        if self._observer is not None:
            self._observer(Exchange(operation, answer, attempt, time.monotonic() - began))

    def _request(
        self,
        operation: Operation,
        parts: Mapping[str, str] | None,
        query: Mapping[str, str | int | None] | None,
        body: Mapping[str, object] | MakeBody | bytes | None,
        headers: Mapping[str, str] | None,
    ) -> Request:
        own = {"Accept": "application/json", "User-Agent": self.USER_AGENT}
        if isinstance(body, Mapping):
            own["Content-Type"] = "application/json"
            body = _json(body)
        target = operation.target(parts or {}, query or {})
        return Request(operation, target, own | dict(headers or {}), body)


def wait(seconds: float, abort: threading.Event | None) -> None:
    """Waits. Raises :class:`Aborted` as soon as the event is set."""
    if abort is None:
        time.sleep(seconds)
    elif abort.wait(seconds):
        raise Aborted("The caller gave up")


def _json(body: Mapping[str, object]) -> bytes:
    """Raises ``ValueError`` for text that is not Unicode, such as half of a surrogate pair."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
