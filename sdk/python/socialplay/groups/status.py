"""Who is there."""

from __future__ import annotations

from .. import operations
from ..arguments import given
from ..decoding import decode, decode_list
from ..models.status import FriendStatus, Heartbeat, Presence
from ..transport.caller import Caller


class Status:
    """``client.status``.

    A status is that of the session the api key belongs to; others see all sessions as one.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def set_online(self, current_game: str | None = None) -> Presence:
        """Shows that the caller is there, and what they play; without a game, nothing."""
        body = given({"currentGame": current_game})
        return decode(Presence, self._caller.call(operations.SET_ONLINE, body=body).json())

    def set_away(self) -> Presence:
        """Shows that the caller has stepped away."""
        return decode(Presence, self._caller.call(operations.SET_AWAY).json())

    def set_offline(self) -> Presence:
        """Ends the session's presence.

        The answer is ``online`` all the same while another session is.
        """
        return decode(Presence, self._caller.call(operations.SET_OFFLINE).json())

    def heartbeat(self) -> Heartbeat:
        """Keeps the session's presence; the answer says when to come again."""
        return decode(Heartbeat, self._caller.call(operations.HEARTBEAT).json())

    def friends(self) -> tuple[FriendStatus, ...]:
        """How all of the caller's friends are."""
        return decode_list(FriendStatus, self._caller.call(operations.LIST_FRIENDS_STATUS).json())
