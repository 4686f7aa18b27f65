"""The inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .users import UserCard


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedNotification:
    """What happened, of one kind and about one thing: ``actor`` is the last one who did it, and
    ``others_count`` others did it too, counted up to 100. ``type`` is ``LIKE``, ``COMMENT``,
    ``FOLLOW``, ``MENTION``, ``MESSAGE`` or ``SYSTEM``.
    """

    id: str
    type: str
    content: str
    is_read: bool
    entity_type: str | None
    entity_id: str | None
    user_id: str
    actor_id: str | None
    created_at: datetime
    read_at: datetime | None
    others_count: int
    actor: UserCard | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNotification:
    """A notification that was read."""

    id: str
    is_read: bool
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """How much is unread."""

    unread_count: int
