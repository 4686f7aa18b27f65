"""What can go wrong, by meaning. Everything here is a :class:`GamingPlatformError`.

No text here ever has the api key, the internal token or the body of a request in it, so errors may
be logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime


class GamingPlatformError(Exception):
    """Any failure of a call.

    Wrong arguments are a ``ValueError`` instead, before anything is sent.
    """


class ConnectionFailed(GamingPlatformError):
    """The service could not be reached, or the connection broke before its answer was complete.

    ``may_have_arrived`` says whether the service may have acted on the request: it is ``False``
    only when no connection came about, so that nothing can have been sent.
    """

    def __init__(self, message: str, *, may_have_arrived: bool = True) -> None:
        super().__init__(message)
        self.may_have_arrived = may_have_arrived


class UnreadableAnswer(GamingPlatformError):
    """The service answered, but with something that this client cannot use.

    That is JSON of an unknown shape, no JSON at all, or more bytes than the client is willing to
    hold.
    """


AnswerUnusable = UnreadableAnswer
"""The earlier name."""


class Aborted(GamingPlatformError):
    """The caller gave up: the event that it passed as ``abort`` was set."""


class SocialServiceError(GamingPlatformError):
    """The service refused, whichever client asked.

    ``status`` is the HTTP status, ``code`` the service's own word for the reason. ``path`` and
    ``timestamp`` are what the service says of the request; ``request_id`` finds the request in the
    service's log. These three are ``None`` when another program answered in its place, such as a
    proxy. ``retry_after`` is in seconds, if the service said when to come again. ``fields`` has a
    sentence for each wrong member of a request, where the service names them.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        path: str | None = None,
        timestamp: datetime | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, code, message, path, timestamp, request_id, retry_after, fields)
        self.status = status
        self.code = code
        self.message = message
        self.path = path
        self.timestamp = timestamp
        self.request_id = request_id
        self.retry_after = retry_after
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        request = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.status} {self.code}: {self.message}{request}"


class ValidationError(SocialServiceError):
    """Something in the request is not as it must be (400, 413, 415, 422)."""


class Unauthorized(SocialServiceError):
    """The token is missing, expired or not valid (401)."""


class Forbidden(SocialServiceError):
    """Not allowed, such as a message to a user who is not a friend (403)."""


class NotFound(SocialServiceError):
    """There is no such person, request, message, notification or file (404, 410)."""


class Conflict(SocialServiceError):
    """The present state forbids it, such as a friend request to a friend (409, 412, 423)."""


class RangeNotSatisfiable(SocialServiceError):
    """The file has no byte in the range that was asked for (416)."""


class RateLimited(SocialServiceError):
    """Too many requests (429), even after the retries."""


class ServerError(SocialServiceError):
    """The service, or something before it, has a problem of its own (500 and above)."""
