"""The inbox, and the preferences of notifications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..decoding import JSON_NAME
from .pagination import Pagination


@dataclass(frozen=True, slots=True)
class Notification:
    """Something that happened. ``actor_id`` did it; ``entity_id`` is the request, message or person
    it is about.

    ``kind`` is ``friend_request``, ``friend_request_accepted``, ``new_message``, ``achievement``,
    ``post_liked``, ``post_commented``, ``comment_replied``, ``user_followed``, ``post_mentioned``,
    ``comment_mentioned``, ``report_acted_on``, ``report_dismissed``, ``content_removed``,
    ``account_warned``, ``account_limited``, ``account_suspended``, ``appeal_upheld``,
    ``appeal_reversed`` or ``announcement``.
    """

    id: str
    kind: str
    is_read: bool
    created_at: datetime
    actor_id: str | None = None
    actor_name: str | None = None
    entity_id: str | None = None
    title: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class NotificationsPage:
    """A page of the inbox, newest first. ``unread_count`` counts the whole inbox."""

    notifications: tuple[Notification, ...]
    unread_count: int
    pagination: Pagination


@dataclass(frozen=True, slots=True)
class NotificationKindPreferences:
    """The preferences of one kind of notification: ``methods`` are ``push`` and ``email``.

    ``only_when_offline`` is there for new messages alone.
    """

    enabled: bool
    methods: tuple[str, ...]
    only_when_offline: bool | None = None


@dataclass(frozen=True, slots=True)
class NotificationKinds:
    """The preferences of each kind of notification."""

    friend_requests: NotificationKindPreferences
    friend_request_accepted: NotificationKindPreferences
    new_messages: NotificationKindPreferences
    achievements: NotificationKindPreferences
    likes: NotificationKindPreferences | None = None
    comments: NotificationKindPreferences | None = None
    follows: NotificationKindPreferences | None = None
    mentions: NotificationKindPreferences | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Quiet hours: from ``start`` until ``until``, both as ``HH:MM`` on a clock in
    ``time_zone``.
    """

    start: str = field(metadata={JSON_NAME: "from"})
    until: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """The notification preferences of a user.

    ``email_notifications`` off means no mails whatever the kinds say.
    """

    user_id: str
    preferences: NotificationKinds
    updated_at: datetime
    email_notifications: bool | None = None
    quiet_hours: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class NotificationKindChange:
    """A change to one kind. What is ``None`` stays as it is."""

    enabled: bool | None = None
    methods: Sequence[str] | None = None
    only_when_offline: bool | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the caller: ``data`` has the form of the API below ``/api/v1``."""

    type: str
    position: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class EventsPage:
    """Events behind a position. After a ``resync`` what was missed is not known any more."""

    events: tuple[Event, ...]
    position: str
    resync: bool


@dataclass(frozen=True, slots=True)
class PushKey:
    """The service's public key, which a browser needs to subscribe (``applicationServerKey``)."""

    public_key: str


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """A browser that is told by push."""

    id: str
