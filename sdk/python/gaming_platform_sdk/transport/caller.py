"""Calls operations: puts requests together, sends them as often as needed, raises refusals."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping

from ..errors import ConnectionFailed
from ..operation import Credential, Operation
from .answer import Answer
from .exchange import Exchange
from .refusals import refusal
from .request import Request
from .retry_policy import RetryPolicy
from .secret import Secret
from .transport import Transport


class Caller:
    """What all groups of methods share."""

    USER_AGENT = "gaming-platform-sdk-python/1.0.0"

    def __init__(
        self,
        transport: Transport,
        retry_policy: RetryPolicy,
        api_key: Secret | None,
        internal_token: Secret | None,
        observer: Callable[[Exchange], None] | None,
    ) -> None:
        self._transport = transport
        self._retry_policy = retry_policy
        self._api_key = api_key
        self._internal_token = internal_token
        self._observer = observer

    def call(
        self,
        operation: Operation,
        *,
        parts: Mapping[str, str] | None = None,
        query: Mapping[str, str | int | None] | None = None,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer of a request that was granted.

        Raises ``ValueError`` before anything is sent, and every kind of
        :class:`GamingPlatformError` afterwards.
        """
        request = Request(
            operation,
            operation.target(parts or {}, query or {}),
            self._headers(operation, body is not None) | dict(headers or {}),
            None if body is None else _json(body),
        )
        attempt = 0
        while True:
            pause = self._attempt(request, attempt)
            if isinstance(pause, Answer):
                return pause
            time.sleep(pause)
            attempt += 1

    def _attempt(self, request: Request, attempt: int) -> Answer | float:
        """The answer, or in how many seconds to try again.

        Raises when there is nothing more to try.
        """
        operation = request.operation
        began = time.monotonic()
        try:
            answer = self._transport.send(request)
        except ConnectionFailed as failure:
            pause = self._retry_policy.pause_after_failure(operation, failure, attempt)
            if pause is None:
                raise
            return pause
        if self._observer is not None:
            self._observer(Exchange(operation, answer, attempt, time.monotonic() - began))
        if not answer.is_refusal(operation):
            return answer
        pause = self._retry_policy.pause_after_answer(operation, answer, attempt)
        if pause is None:
            raise refusal(answer)
        return pause

    def _headers(self, operation: Operation, has_body: bool) -> dict[str, str]:
        headers = {"Accept": "application/json", "User-Agent": self.USER_AGENT}
        if has_body:
            headers["Content-Type"] = "application/json"
        # Without a credential the service is asked all the same: it knows best how to refuse.
        if operation.credential is Credential.PERSON and self._api_key is not None:
            headers["Authorization"] = f"Bearer {self._api_key.exposed}"
        if operation.credential is Credential.SERVICE and self._internal_token is not None:
            headers["X-Internal-Token"] = self._internal_token.exposed
        return headers


def _json(body: Mapping[str, object]) -> bytes:
    """Raises ``ValueError`` for text that is not Unicode, such as half of a surrogate pair."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
