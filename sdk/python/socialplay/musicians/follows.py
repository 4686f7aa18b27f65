"""Who follows whom, and what followed users do."""

from __future__ import annotations

from collections.abc import Iterator

from ..decoding import decode
from ..operation import Operation
from ..transport.caller import Caller
from . import operations
from .models import (
    Activity,
    FeedAnswer,
    FeedPage,
    Follow,
    FollowAnswer,
    FollowingAnswer,
    FollowsAnswer,
    FollowsPage,
)
from .pages import next_cursor


class Follows:
    """``client.follows``.

    A ``limit`` above a list's greatest is taken for it; ``cursor`` is ``next`` of the page before.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def follow(self, user_id: str) -> Follow:
        """Follows a user. Following a followed user is fine, and answers with the same follow.

        Raises :class:`NotFound`, :class:`ValidationError` for oneself, :class:`Forbidden` for a
        user whom the caller has blocked.
        """
        answer = self._caller.call(operations.FOLLOW, parts={"userId": user_id}, body={})
        return decode(FollowAnswer, answer.json()).data

    def unfollow(self, user_id: str) -> None:
        """Ends a follow. Raises :class:`NotFound` if there is none."""
        self._caller.call(operations.UNFOLLOW, parts={"userId": user_id})

    def followers(
        self, user_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> FollowsPage:
        """One page of a user's followers, the newest first: 1,000 if not said otherwise, and at
        most. Raises :class:`NotFound`.
        """
        return self._page(operations.LIST_FOLLOWERS, user_id, limit, cursor)

    def following(
        self, user_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> FollowsPage:
        """One page of a user's follows, as :meth:`followers`."""
        return self._page(operations.LIST_FOLLOWING, user_id, limit, cursor)

    def all_followers(self, user_id: str, *, limit: int | None = None) -> Iterator[Follow]:
        """All followers of a user; pages of ``limit`` are read as the iteration comes to them."""
        return self._all(operations.LIST_FOLLOWERS, user_id, limit)

    def all_following(self, user_id: str, *, limit: int | None = None) -> Iterator[Follow]:
        """All follows of a user, as :meth:`all_followers`."""
        return self._all(operations.LIST_FOLLOWING, user_id, limit)

    def is_following(self, follower_id: str, following_id: str) -> bool:
        """Whether a user follows another, as far as one of their lists shows it to the caller. Needs
        no token.
        """
        answer = self._caller.call(
            operations.IS_FOLLOWING,
            parts={"followerId": follower_id, "followingId": following_id},
        )
        return decode(FollowingAnswer, answer.json()).data.is_following

    def feed(
        self, user_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> FeedPage:
        """One page of what the users did whom the caller, ``user_id``, follows, the newest first:
        50 activities if not said otherwise, 100 at most.

        Raises :class:`Forbidden` for another user.
        """
        query = {"userId": user_id, "limit": limit, "cursor": cursor}
        answer = self._caller.call(operations.READ_FEED, query=query)
        return FeedPage(decode(FeedAnswer, answer.json()).data, next_cursor(answer))

    def all_feed(self, user_id: str, *, limit: int | None = None) -> Iterator[Activity]:
        """The whole feed; pages of ``limit`` are read as the iteration comes to them. A service
        without pages has one.
        """
        cursor = None
        while True:
            page = self.feed(user_id, limit=limit, cursor=cursor)
            yield from page.activities
            if (cursor := page.next) is None:
                return

    def _all(self, operation: Operation, user_id: str, limit: int | None) -> Iterator[Follow]:
        cursor = None
        while True:
            page = self._page(operation, user_id, limit, cursor)
            yield from page.follows
            if (cursor := page.next) is None:
                return

    def _page(
        self, operation: Operation, user_id: str, limit: int | None, cursor: str | None
    ) -> FollowsPage:
        answer = self._caller.call(
            operation, parts={"userId": user_id}, query={"limit": limit, "cursor": cursor}
        )
        return FollowsPage(decode(FollowsAnswer, answer.json()).data, next_cursor(answer))
