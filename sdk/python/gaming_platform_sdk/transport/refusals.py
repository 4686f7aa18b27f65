"""Turns a refusal into an exception."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from ..errors import (
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    ServerError,
    SocialServiceError,
    Unauthorized,
    ValidationError,
)
from .answer import Answer
from .retry_after import retry_after_seconds

_BY_STATUS: dict[int, type[SocialServiceError]] = {
    400: ValidationError,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: ValidationError,
    415: ValidationError,
    422: ValidationError,
}


def refusal(answer: Answer) -> SocialServiceError:
    """The exception for an answer that is one, also when it is a proxy's and has none of the
    service's words.
    """
    members = answer.error_members() or {}
    status = answer.status
    code = _text(members.get("error")) or f"HTTP_{status}"
    message = _text(members.get("message")) or _phrase(status)
    path = _text(members.get("path"))
    timestamp = _time(members.get("timestamp"))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        seconds = retry_after_seconds(answer.headers)
        return RateLimited(status, code, message, path, timestamp, answer.request_id, seconds)
    usual = ServerError if status >= 500 else SocialServiceError
    kind = _BY_STATUS.get(status, usual)
    return kind(status, code, message, path, timestamp, answer.request_id)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "The answer is not one of the service"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
