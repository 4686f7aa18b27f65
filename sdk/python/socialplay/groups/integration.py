"""What other services ask. These methods need the client's internal token."""

from __future__ import annotations

from datetime import datetime, timezone

from .. import operations
from ..arguments import required_id
from ..decoding import decode
from ..models.integration import (
    AchievementFriends,
    MutualFriends,
    SocialConnection,
    WebhookReceipt,
)
from ..models.notifications import Preferences
from ..transport.caller import Caller


class Integration:
    """``client.integration``.

    Everything raises :class:`NotFound` (``USER_NOT_FOUND``) for who is not there.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def friends_for_achievements(self, user_id: str) -> AchievementFriends:
        """All friends of a user. The response may be cached: see ``cached_at``."""
        answer = self._caller.call(operations.INTEGRATION_FRIENDS, parts={"userId": user_id})
        return decode(AchievementFriends, answer.json())

    def first_friend(
        self, user_id: str, friend_id: str, timestamp: datetime | None = None
    ) -> WebhookReceipt:
        """Reports the first friendship of a user, who is notified.

        ``timestamp`` is when, and must have a time zone; it is now if not given.
        """
        time = datetime.now(timezone.utc) if timestamp is None else timestamp
        if time.tzinfo is None:
            raise ValueError("timestamp must have a time zone")
        text = time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = {
            "userId": required_id("user_id", user_id),
            "friendId": required_id("friend_id", friend_id),
            "timestamp": text,
        }
        answer = self._caller.call(operations.INTEGRATION_FIRST_FRIEND, body=body)
        return decode(WebhookReceipt, answer.json())

    def connection(self, user_id: str, target_user_id: str) -> SocialConnection:
        """What two people are to each other, and whether one may review the other."""
        answer = self._caller.call(
            operations.INTEGRATION_CONNECTION,
            parts={"userId": user_id, "targetUserId": target_user_id},
        )
        return decode(SocialConnection, answer.json())

    def mutual_friends(self, user_id: str, target_user_id: str) -> MutualFriends:
        """Whom two people both know. The answer may be some time old: see ``cached_at``."""
        answer = self._caller.call(
            operations.INTEGRATION_MUTUAL_FRIENDS,
            parts={"userId": user_id, "targetUserId": target_user_id},
        )
        return decode(MutualFriends, answer.json())

    def notification_preferences(self, user_id: str) -> Preferences:
        """The notification preferences of a user."""
        answer = self._caller.call(operations.INTEGRATION_PREFERENCES, parts={"userId": user_id})
        return decode(Preferences, answer.json())
