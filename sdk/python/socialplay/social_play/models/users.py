"""Users as others see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCard:
    """A user as posts and messages show them."""

    id: str
    username: str
    first_name: str | None
    last_name: str | None
    avatar: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedUser:
    """A user in a list."""

    id: str
    username: str
    first_name: str | None
    last_name: str | None
    avatar: str | None
    bio: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherUser:
    """The public profile of a user."""

    id: str
    username: str
    first_name: str | None
    last_name: str | None
    avatar: str | None
    bio: str | None
    cover_image: str | None
    is_verified: bool
    is_private: bool
    followers_count: int
    following_count: int
    posts_count: int
    created_at: datetime
    is_following: bool
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserBlock:
    """A user whom the caller has blocked."""

    id: str
    username: str
    avatar: str | None
    blocked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMute:
    """A user whom the caller has muted."""

    id: str
    username: str
    first_name: str | None
    last_name: str | None
    avatar: str | None
    muted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementAccepted:
    """An announcement that is being sent."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureAddress:
    """Where an uploaded picture is."""

    url: str
