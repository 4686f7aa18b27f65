"""A request, ready to be sent as often as it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..operation import Operation


@dataclass(frozen=True, slots=True)
class Request:
    """``target`` is path and query. ``headers`` hold secrets, so they are not in the ``repr``."""

    operation: Operation
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
