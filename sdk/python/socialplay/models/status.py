"""Who is there, and what they play."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Presence:
    """How others see the caller now, over all of the caller's sessions: ``online``, ``away`` or
    ``offline``.
    """

    user_id: str
    status: str
    last_seen: datetime | None = None
    current_game: str | None = None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """As :class:`Presence`, and in how many seconds the next heartbeat is due."""

    user_id: str
    status: str
    next_heartbeat_in_seconds: int
    last_seen: datetime | None = None
    current_game: str | None = None


@dataclass(frozen=True, slots=True)
class FriendStatus:
    """How the caller sees a friend now."""

    user_id: str
    username: str
    status: str
    last_seen: datetime | None = None
    current_game: str | None = None
