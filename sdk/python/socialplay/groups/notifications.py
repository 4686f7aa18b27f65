"""The inbox, how the caller wants to be told, and push."""

from __future__ import annotations

from .. import operations
from ..arguments import given
from ..decoding import decode
from ..models.notifications import (
    EventsPage,
    NotificationKindChange,
    NotificationsPage,
    Preferences,
    PushKey,
    PushSubscription,
    QuietHours,
)
from ..transport.caller import Caller


class Notifications:
    """``client.notifications``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list(self, page: int | None = None, limit: int | None = None) -> NotificationsPage:
        """The inbox, newest first: 20 on a page if not said otherwise, 100 at most."""
        answer = self._caller.call(
            operations.LIST_NOTIFICATIONS, query={"page": page, "limit": limit}
        )
        return decode(NotificationsPage, answer.json())

    def read(self, notification_id: str) -> None:
        """Marks one as read. Raises :class:`NotFound`."""
        self._caller.call(
            operations.MARK_NOTIFICATION_READ, parts={"notificationId": notification_id}
        )

    def read_all(self) -> None:
        """Marks all as read."""
        self._caller.call(operations.MARK_ALL_NOTIFICATIONS_READ)

    def preferences(self) -> Preferences:
        """How the caller wants to be told."""
        return decode(Preferences, self._caller.call(operations.READ_PREFERENCES).json())

    def update_preferences(
        self,
        *,
        friend_requests: NotificationKindChange | None = None,
        friend_request_accepted: NotificationKindChange | None = None,
        new_messages: NotificationKindChange | None = None,
        achievements: NotificationKindChange | None = None,
        likes: NotificationKindChange | None = None,
        comments: NotificationKindChange | None = None,
        follows: NotificationKindChange | None = None,
        mentions: NotificationKindChange | None = None,
        email_notifications: bool | None = None,
        quiet_hours: QuietHours | None = None,
        clear_quiet_hours: bool = False,
    ) -> Preferences:
        """Changes what is given, and leaves the rest as it is. ``clear_quiet_hours`` takes the
        quiet hours away.

        Raises :class:`ValidationError` for methods and time zones that there are none of, and
        ``ValueError`` for quiet hours that are set and cleared at once.
        """
        if clear_quiet_hours and quiet_hours is not None:
            raise ValueError("quiet_hours cannot be set and cleared at once")
        kinds = {
            "friendRequests": _change(friend_requests),
            "friendRequestAccepted": _change(friend_request_accepted),
            "newMessages": _change(new_messages),
            "achievements": _change(achievements),
            "likes": _change(likes),
            "comments": _change(comments),
            "follows": _change(follows),
            "mentions": _change(mentions),
        }
        body = given(
            {
                "preferences": given(kinds),
                "emailNotifications": email_notifications,
                "quietHours": _hours(quiet_hours),
            }
        )
        if clear_quiet_hours:
            body["quietHours"] = None
        answer = self._caller.call(operations.UPDATE_PREFERENCES, body=body)
        return decode(Preferences, answer.json())

    def events(self, after: str | None = None, wait: int | None = None) -> EventsPage:
        """What happened to the caller behind a position, at most 100 events; without one, the
        position to begin with. ``wait`` is in seconds, below the client's ``timeout``."""
        answer = self._caller.call(operations.READ_EVENTS, query={"after": after, "wait": wait})
        return decode(EventsPage, answer.json())

    def push_key(self) -> PushKey:
        """The key that a browser needs to subscribe."""
        return decode(PushKey, self._caller.call(operations.READ_PUSH_KEY).json())

    def subscribe(self, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
        """Tells a browser by push. All three are of its ``PushSubscription``; the latter two are
        its ``keys``.

        Raises :class:`ValidationError` for keys that are none, and for an endpoint that is no https
        address.
        """
        body = {"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}}
        answer = self._caller.call(operations.SUBSCRIBE_PUSH, body=body)
        return decode(PushSubscription, answer.json())

    def unsubscribe(self, subscription_id: str) -> None:
        """Tells a browser no more. Raises :class:`NotFound`."""
        self._caller.call(operations.UNSUBSCRIBE_PUSH, parts={"subscriptionId": subscription_id})


def _change(change: NotificationKindChange | None) -> dict[str, object] | None:
    if change is None:
        return None
    methods = None if change.methods is None else [*change.methods]
    return given(
        {
            "enabled": change.enabled,
            "methods": methods,
            "onlyWhenOffline": change.only_when_offline,
        }
    )


def _hours(hours: QuietHours | None) -> dict[str, object] | None:
    if hours is None:
        return None
    return {"from": hours.start, "until": hours.until, "timeZone": hours.time_zone}
