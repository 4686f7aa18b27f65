"""One operation of the service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote, urlencode


class Credential(Enum):
    """What a request shows of itself. No request ever carries more than its operation asks for."""

    NONE = "none"
    PERSON = "person"
    """The api key, which is a person's bearer token."""
    SERVICE = "service"
    """The internal token, which services share."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A method and a path template, whose ``{parts}`` a call fills in.

    ``unhappy_answers`` are statuses from 400 on that are answers all the same, not refusals.
    """

    method: str
    path: str
    credential: Credential = Credential.PERSON
    has_idempotency_key: bool = False
    is_harmless_twice: bool = False
    unhappy_answers: frozenset[int] = frozenset()

    @property
    def is_repeatable(self) -> bool:
        """Whether doing it twice comes to the same as doing it once, so that it may be repeated
        blindly.
        """
        return self.method != "POST" or self.has_idempotency_key or self.is_harmless_twice

    def target(self, parts: Mapping[str, str], query: Mapping[str, str | int | None]) -> str:
        """The path with everything filled in and percent-encoded. What is ``None`` in the query is
        left out.

        Raises ``ValueError`` for a part that is empty, or would mean another path.
        """
        path = re.sub(r"\{(\w+)\}", lambda match: _encoded(match[1], parts[match[1]]), self.path)
        given = {name: value for name, value in query.items() if value is not None}
        return f"{path}?{urlencode(given)}" if given else path


def _encoded(name: str, value: str) -> str:
    # Proxies resolve dots however they are encoded.
    if not isinstance(value, str) or not value.strip() or value in {".", ".."}:
        raise ValueError(f"{name} must be an id, not empty")
    return quote(value, safe="")
