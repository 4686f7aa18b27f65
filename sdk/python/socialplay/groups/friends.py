"""Friends, requests, search and blocks."""

from __future__ import annotations

from .. import operations
from ..arguments import given, required_id
from ..decoding import decode, decode_list
from ..models.friends import (
    BlockedPerson,
    FoundPerson,
    Friendship,
    FriendsPage,
    IncomingRequest,
    OutgoingRequest,
)
from ..transport.caller import Caller


class Friends:
    """``client.friends``.

    Pages count from 1; a limit above the service's greatest is taken for it.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def send_request(self, to_user_id: str, message: str | None = None) -> Friendship:
        """Sends a friend request. If they have sent one already, this accepts it: the answer is
        ``accepted``.

        Raises :class:`Conflict` (``ALREADY_FRIENDS``, ``FRIEND_REQUEST_EXISTS``), :class:`NotFound`
        (``USER_NOT_FOUND``), :class:`ValidationError` (``CANNOT_ADD_YOURSELF``, a message above 500
        characters).
        """
        body = given({"toUserId": required_id("to_user_id", to_user_id), "message": message})
        return decode(
            Friendship, self._caller.call(operations.SEND_FRIEND_REQUEST, body=body).json()
        )

    def cancel_request(self, request_id: str) -> None:
        """Takes a request of one's own back.

        Raises :class:`NotFound` (``FRIEND_REQUEST_NOT_FOUND``).
        """
        self._caller.call(operations.CANCEL_FRIEND_REQUEST, parts={"requestId": request_id})

    def accept(self, request_id: str) -> Friendship:
        """Accepts a request. Raises :class:`NotFound` (``FRIEND_REQUEST_NOT_FOUND``)."""
        answer = self._caller.call(
            operations.ACCEPT_FRIEND_REQUEST, parts={"requestId": request_id}
        )
        return decode(Friendship, answer.json())

    def decline(self, request_id: str) -> None:
        """Declines a request. Raises :class:`NotFound` (``FRIEND_REQUEST_NOT_FOUND``)."""
        self._caller.call(operations.DECLINE_FRIEND_REQUEST, parts={"requestId": request_id})

    def remove(self, friend_id: str) -> None:
        """Ends a friendship.

        ``friend_id`` is the person's. Raises :class:`NotFound` for who is no friend.
        """
        self._caller.call(operations.REMOVE_FRIEND, parts={"friendId": friend_id})

    def list(
        self, page: int | None = None, limit: int | None = None, status: str | None = None
    ) -> FriendsPage:
        """The caller's friends: 20 on a page if not said otherwise, 50 at most.

        ``status`` is ``online``, ``offline`` or ``all``, which it is if not said.
        """
        answer = self._caller.call(
            operations.LIST_FRIENDS, query={"page": page, "limit": limit, "status": status}
        )
        return decode(FriendsPage, answer.json())

    def requests(
        self, page: int | None = None, limit: int | None = None
    ) -> tuple[IncomingRequest, ...]:
        """Who wants to be friends with the caller: 100 on a page if not said otherwise, and at
        most.
        """
        answer = self._caller.call(
            operations.LIST_INCOMING_REQUESTS, query={"page": page, "limit": limit}
        )
        return decode_list(IncomingRequest, answer.json())

    def outgoing_requests(
        self, page: int | None = None, limit: int | None = None
    ) -> tuple[OutgoingRequest, ...]:
        """Whom the caller wants to be friends with: 100 on a page if not said otherwise, and at
        most.
        """
        answer = self._caller.call(
            operations.LIST_OUTGOING_REQUESTS, query={"page": page, "limit": limit}
        )
        return decode_list(OutgoingRequest, answer.json())

    def search(self, query: str) -> tuple[FoundPerson, ...]:
        """People by name. Raises :class:`ValidationError` for fewer than two characters."""
        return decode_list(
            FoundPerson, self._caller.call(operations.SEARCH_PEOPLE, query={"q": query}).json()
        )

    def block(self, user_id: str) -> None:
        """Blocks a user, and ends a friendship with them.

        Raises :class:`NotFound` (``USER_NOT_FOUND``).
        """
        self._caller.call(operations.BLOCK_PERSON, parts={"userId": user_id})

    def unblock(self, user_id: str) -> None:
        """Raises :class:`NotFound` for who is not blocked."""
        self._caller.call(operations.UNBLOCK_PERSON, parts={"userId": user_id})

    def blocks(
        self, page: int | None = None, limit: int | None = None
    ) -> tuple[BlockedPerson, ...]:
        """Whom the caller has blocked: 100 on a page if not said otherwise, and at most."""
        answer = self._caller.call(operations.LIST_BLOCKS, query={"page": page, "limit": limit})
        return decode_list(BlockedPerson, answer.json())
