"""Notifications in groups."""

from __future__ import annotations

from . import operations
from .group import Group
from .listing import Listing
from .models.notifications import GroupedNotification, ReadNotification, Unread


class Inbox(Group):
    """``client.notifications``. What is chosen to be notified of is in
    :attr:`SocialServiceClient.notifications`, for all surfaces.
    """

    def list(self, *, limit: int | None = None) -> Listing[GroupedNotification]:
        """The inbox, the last one first."""
        return Listing(
            self._caller,
            GroupedNotification,
            operations.LIST_NOTIFICATIONS,
            query={"limit": limit},
            member="notifications",
        )

    def unread_count(self) -> int:
        """How many groups have something unread."""
        return self._read(Unread, operations.COUNT_UNREAD_NOTIFICATIONS).unread_count

    def mark_read(self, notification_id: str) -> ReadNotification:
        """Marks a group as read up to the notification that was listed: a like that came since
        stays unread.
        """
        return self._read(ReadNotification, operations.READ_NOTIFICATION, notification_id)

    def mark_all_read(self) -> None:
        """Marks everything as read."""
        self._do(operations.READ_ALL_NOTIFICATIONS)

    def delete(self, notification_id: str) -> None:
        """Deletes a group."""
        self._do(operations.DELETE_NOTIFICATION, notification_id)
