"""What profiles, follows and the feed answer. Times have milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..decoding import JSON_NAME
from ..media.models import MediaFile


@dataclass(frozen=True, slots=True)
class SocialLinks:
    """The addresses of a musician elsewhere; ``telegram`` may be a name such as ``@johndoe``."""

    youtube: str | None = None
    vk: str | None = None
    telegram: str | None = None


@dataclass(frozen=True, slots=True)
class ProfileStats:
    """Counters of a profile."""

    tracks_count: int
    followers_count: int
    following_count: int
    total_plays: int


@dataclass(frozen=True, slots=True)
class ProfilePreferences:
    """Settings of a profile."""

    email_notifications: bool
    show_online_status: bool
    private_profile: bool


@dataclass(frozen=True, slots=True)
class UserProfile:
    """A profile. ``role`` is ``musician``, ``listener`` or ``admin``; ``following`` has the
    identifiers of the users whom this one follows, the newest ten thousand follows, the newest first.

    Of a private profile whose details the caller does not see, texts, links, lists and cover are
    ``None`` or empty.
    """

    user_id: str
    username: str
    genres: tuple[str, ...]
    instruments: tuple[str, ...]
    social_links: SocialLinks
    stats: ProfileStats
    preferences: ProfilePreferences
    role: str
    following: tuple[str, ...]
    display_name: str | None = None
    bio: str | None = None
    avatar_url: str | None = None
    cover_image_url: str | None = None
    location: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PublicProfile:
    """A profile with its tracks, and what it is to the viewer: ``is_following`` and
    ``is_own_profile`` are ``None`` without one.
    """

    profile: UserProfile
    tracks: tuple[MediaFile, ...]
    followers_count: int
    following_count: int
    is_following: bool | None = None
    is_own_profile: bool | None = None


@dataclass(frozen=True, slots=True)
class Follow:
    """One user following another."""

    id: str = field(metadata={JSON_NAME: "_id"})
    follower_id: str
    following_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that a followed user did: ``action`` is ``track_published``, which alone has
    ``track_id`` and ``track_title``, or ``profile_updated``.
    """

    user_id: str
    username: str
    action: str
    created_at: datetime
    avatar_url: str | None = None
    track_id: str | None = None
    track_title: str | None = None


@dataclass(frozen=True, slots=True)
class ProfilesPage:
    """A page of all users; ``next`` is the cursor of the next page, ``None`` on the last one."""

    profiles: Sequence[UserProfile]
    next: str | None


@dataclass(frozen=True, slots=True)
class FollowsPage:
    """A page of followers or follows, as :class:`ProfilesPage`."""

    follows: Sequence[Follow]
    next: str | None


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of the activity feed, as :class:`ProfilesPage`."""

    activities: Sequence[Activity]
    next: str | None


@dataclass(frozen=True, slots=True)
class ProfileAnswer:
    """The answer to a request for one profile."""

    data: UserProfile


@dataclass(frozen=True, slots=True)
class ProfilesAnswer:
    """The answer to a request for all users."""

    profiles: tuple[UserProfile, ...]


@dataclass(frozen=True, slots=True)
class PublicProfileAnswer:
    """The answer to a request for a public profile."""

    data: PublicProfile


@dataclass(frozen=True, slots=True)
class TracksAnswer:
    """The answer to a request for tracks."""

    data: tuple[MediaFile, ...]


@dataclass(frozen=True, slots=True)
class AudioFilesAnswer:
    """The answer to a request for all recordings."""

    audio_files: tuple[MediaFile, ...]


@dataclass(frozen=True, slots=True)
class FollowAnswer:
    """The answer to a follow."""

    data: Follow


@dataclass(frozen=True, slots=True)
class FollowsAnswer:
    """The answer to a request for followers or follows."""

    data: tuple[Follow, ...]


@dataclass(frozen=True, slots=True)
class Following:
    """Whether a user follows another."""

    is_following: bool


@dataclass(frozen=True, slots=True)
class FollowingAnswer:
    """The answer to the question whether a user follows another."""

    data: Following


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """The answer to a request for the feed."""

    data: tuple[Activity, ...]
