"""Turns a refusal into an exception."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from ..errors import (
    Conflict,
    Forbidden,
    NotFound,
    RangeNotSatisfiable,
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
    410: NotFound,
    412: Conflict,
    413: ValidationError,
    415: ValidationError,
    416: RangeNotSatisfiable,
    422: ValidationError,
    423: Conflict,
    429: RateLimited,
}

_CODES = {
    400: "VALIDATION_ERROR",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    410: "GONE",
    412: "PRECONDITION_FAILED",
    413: "TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    416: "RANGE_NOT_SATISFIABLE",
    423: "LOCKED",
    429: "RATE_LIMIT_EXCEEDED",
    460: "CHECKSUM_MISMATCH",
    500: "INTERNAL_ERROR",
    503: "SERVICE_UNAVAILABLE",
}
"""The codes of errors whose answer names none: those of media, accounts and SocialPlay."""


def refusal(answer: Answer) -> SocialServiceError:
    """The exception for an answer that is one, also when it is a proxy's and has none of the
    service's words. Media and accounts answer ``{success: false, error}`` with a sentence, SocialPlay
    ``{status: "error", message}``, both with a code only where a status has several meanings, and
    HEAD and 416 with nothing.
    """
    members = answer.error_members() or {}
    status = answer.status
    code = _text(members.get("error"))
    message = _text(members.get("message"))
    if "success" in members or not answer.body:
        code = _text(members.get("code")) or _CODES.get(status)
        message = _text(members.get("error"))
    if members.get("status") == "error":
        code = _text(members.get("code")) or _CODES.get(status)
    code = code or f"HTTP_{status}"
    message = message or _phrase(status)
    path = _text(members.get("path"))
    timestamp = _time(members.get("timestamp"))
    usual = ServerError if status >= 500 else SocialServiceError
    kind = _BY_STATUS.get(status, usual)
    seconds = retry_after_seconds(answer.headers)
    fields = _fields(members.get("errors"))
    return kind(status, code, message, path, timestamp, answer.request_id, seconds, fields)


def _fields(errors: object) -> dict[str, str]:
    """The sentence about each wrong member, as SocialPlay answers them."""
    return {
        error["field"]: error["message"]
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict)
        and isinstance(error.get("field"), str)
        and isinstance(error.get("message"), str)
    }


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
