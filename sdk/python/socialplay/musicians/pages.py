"""Lists in pages, of which each names the next one in ``Link`` (RFC 8288)."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from ..transport.answer import Answer


def next_cursor(answer: Answer) -> str | None:
    """The cursor of the address with ``rel="next"``; ``None`` if the answer names none."""
    found = re.search(r'<([^<>]*)>\s*;\s*rel="?next"?', answer.headers.get("Link") or "")
    cursors = parse_qs(urlsplit(found[1]).query).get("cursor") if found else None
    return cursors[0] if cursors else None
