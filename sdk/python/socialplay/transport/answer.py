"""An answer, as it came."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus

from ..errors import UnreadableAnswer
from ..operation import Operation


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and the whole body."""

    status: int
    headers: Message
    body: bytes

    @property
    def request_id(self) -> str | None:
        """What the service's log calls the request."""
        return self.headers.get("X-Request-Id")

    def json(self) -> object:
        """The body as JSON. Raises :class:`UnreadableAnswer` when it is none."""
        try:
            value: object = json.loads(self.body)
        except (ValueError, RecursionError):
            raise UnreadableAnswer("The answer is not JSON") from None
        return value

    def error_members(self) -> dict[str, object] | None:
        """The service's description of an error; ``None`` when this is no such thing, but a proxy's
        page.
        """
        try:
            value = self.json()
        except UnreadableAnswer:
            return None
        if not isinstance(value, dict):
            return None
        # SocialPlay's errors have a status and a message instead.
        is_error = isinstance(value.get("error"), str) or value.get("status") == "error"
        return value if is_error else None

    def is_refusal(self, operation: Operation) -> bool:
        """Whether the operation was not done."""
        if self.status in operation.unhappy_answers:
            return self.error_members() is not None or not self._is_json
        return not HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def _is_json(self) -> bool:
        return self.headers.get_content_type() == "application/json"
