"""Messages between two users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .users import UserCard


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReaction:
    """A user's reaction to a message."""

    user_id: str
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectMessage:
    """A message between two users."""

    id: str
    content: str
    media_url: str | None
    is_read: bool
    sender_id: str
    receiver_id: str
    created_at: datetime
    delivered_at: datetime | None
    read_at: datetime | None
    edited_at: datetime | None
    reactions: tuple[MessageReaction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMessage(DirectMessage):
    """A message that a search has found, with the other user."""

    user: UserCard


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectConversation:
    """A conversation with its last message."""

    user: UserCard
    last_message: DirectMessage
    unread_count: int
