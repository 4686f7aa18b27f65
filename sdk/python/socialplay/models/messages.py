"""Messages and conversations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .pagination import Pagination


@dataclass(frozen=True, slots=True)
class Message:
    """One message. ``delivered_at`` and ``read_at`` are ``None`` until it is."""

    id: str
    from_user_id: str
    to_user_id: str
    content: str
    is_read: bool
    created_at: datetime
    delivered_at: datetime | None = None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConversationPartner:
    """Whom a conversation is with. ``online_status`` is ``online``, ``away`` or ``offline``."""

    username: str
    online_status: str
    avatar: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, as the list of them shows it.

    ``unread_count`` counts what the caller has not read.
    """

    friend_id: str
    friend_info: ConversationPartner
    last_message: Message
    unread_count: int


@dataclass(frozen=True, slots=True)
class MessageHistory:
    """A page of a conversation: the first has the newest messages, and inside a page the oldest
    comes first.

    ``next_before`` goes, as ``before``, into the call for the page with older messages; it is
    ``None`` on the last.
    """

    messages: tuple[Message, ...]
    pagination: Pagination
    next_before: str | None = None
