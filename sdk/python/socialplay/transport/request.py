"""A request, ready to be sent as often as it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..operation import Operation

MakeBody = Callable[[], Iterable[bytes]]
"""Makes the pieces of a body for one attempt; the headers say how long it is."""


@dataclass(frozen=True, slots=True)
class Request:
    """``target`` is path and query. ``headers`` hold secrets, so they are not in the ``repr``."""

    operation: Operation
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | MakeBody | None = field(default=None, repr=False)

    def with_headers(self, more: Mapping[str, str]) -> Request:
        """The same request with further headers."""
        return replace(self, headers={**self.headers, **more})
