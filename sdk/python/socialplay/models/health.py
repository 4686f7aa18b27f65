"""Whether the service is well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Health:
    """``uptime`` is in seconds."""

    status: str
    timestamp: datetime
    uptime: int
    version: str


@dataclass(frozen=True, slots=True)
class DependencyHealth:
    """``status`` is ``ok`` or ``error``; ``response_time`` is for people, such as ``5ms``.

    ``reason`` is ``no answer`` or ``cannot write`` beside ``error``.
    """

    status: str
    response_time: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DetailedHealth:
    """``status`` is ``degraded`` when a dependency does not do its work. ``uptime`` is in seconds."""

    status: str
    timestamp: datetime
    uptime: int
    version: str
    dependencies: Mapping[str, DependencyHealth]
