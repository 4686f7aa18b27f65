"""The header ``Retry-After``."""

from __future__ import annotations

from datetime import datetime, timezone
from email.message import Message
from email.utils import parsedate_to_datetime


def retry_after_seconds(headers: Message) -> float | None:
    """In how many seconds to come again; ``None`` when it is not said, or not understood.

    It is a whole number of seconds, or the time itself.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        # A number of any length; more digits than these are more than a lifetime.
        return float(text[:10])
    try:
        time = parsedate_to_datetime(text)
    except ValueError:
        return None
    if time.tzinfo is None:
        time = time.replace(tzinfo=timezone.utc)
    return max(0.0, (time - datetime.now(timezone.utc)).total_seconds())
