"""What other services ask about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AchievementFriend:
    """A friend, since when, and whether they have been active lately."""

    friend_id: str
    friendship_date: datetime
    is_active: bool


@dataclass(frozen=True, slots=True)
class AchievementFriends:
    """All friends of a user, as they were at ``cached_at``."""

    user_id: str
    friends: tuple[AchievementFriend, ...]
    total_friends: int
    cached_at: datetime


@dataclass(frozen=True, slots=True)
class WebhookReceipt:
    """The service has taken the news."""

    received: bool


@dataclass(frozen=True, slots=True)
class ConnectionMetadata:
    """``friendship_duration`` is for people, such as ``30 days``; ``None`` between those who are no
    friends.
    """

    mutual_friends: int
    friendship_duration: str | None = None


@dataclass(frozen=True, slots=True)
class SocialConnection:
    """What two people are to each other: ``friends``, ``pending_request`` or ``none``."""

    user_id: str
    target_user_id: str
    connection_type: str
    can_write_review: bool
    metadata: ConnectionMetadata
    connection_date: datetime | None = None


@dataclass(frozen=True, slots=True)
class MutualFriend:
    """A mutual friend."""

    friend_id: str
    username: str


@dataclass(frozen=True, slots=True)
class MutualFriends:
    """Whom two people both know, as it was at ``cached_at``."""

    user_id: str
    target_user_id: str
    mutual_friends_count: int
    mutual_friends: tuple[MutualFriend, ...]
    cached_at: datetime
