"""Friends, requests, people who were found, people who are blocked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .pagination import Pagination


@dataclass(frozen=True, slots=True)
class Friendship:
    """A friendship, ``accepted`` or still ``pending``, as the caller sees it: ``user_id`` is the
    caller.

    ``requested_by`` is told when a request is sent, not when one is accepted.
    """

    id: str
    user_id: str
    friend_id: str
    status: str
    created_at: datetime
    updated_at: datetime
    requested_by: str | None = None


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """What other users see of a user. ``avatar`` is a URL."""

    username: str
    avatar: str | None = None


@dataclass(frozen=True, slots=True)
class FriendInfo:
    """How a friend shows themselves, and whether they are there: ``online``, ``away`` or
    ``offline``.
    """

    username: str
    online_status: str
    avatar: str | None = None
    last_seen: datetime | None = None
    current_game: str | None = None


@dataclass(frozen=True, slots=True)
class Friend:
    """An entry of the list of friends. ``id`` is the friendship's, ``friend_id`` the person's."""

    id: str
    user_id: str
    friend_id: str
    status: str
    created_at: datetime
    friend_info: FriendInfo


@dataclass(frozen=True, slots=True)
class FriendsPage:
    """A page of the list of friends."""

    friends: tuple[Friend, ...]
    pagination: Pagination


@dataclass(frozen=True, slots=True)
class IncomingRequest:
    """A request of a user, ``user_id``, to the caller, ``friend_id``."""

    id: str
    user_id: str
    friend_id: str
    status: str
    requested_by: str
    created_at: datetime
    sender_info: PersonInfo
    message: str | None = None


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request of the caller, ``user_id``, to a user, ``friend_id``."""

    id: str
    user_id: str
    friend_id: str
    status: str
    requested_by: str
    created_at: datetime
    receiver_info: PersonInfo
    message: str | None = None


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A user that the search found. ``friendship_status`` is ``none``, ``pending`` or ``friends``."""

    user_id: str
    username: str
    online_status: str
    friendship_status: str
    mutual_friends: int
    avatar: str | None = None


@dataclass(frozen=True, slots=True)
class BlockedPerson:
    """A user whom the caller has blocked."""

    user_id: str
    username: str
    blocked_at: datetime
    avatar: str | None = None
