"""Posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

from ..arguments import given
from ..decoding import decode_list
from ..musicians.profiles import UNCHANGED, _Unchanged
from ..operation import Operation
from . import operations
from .group import Group, changed, listed
from .listing import Listing
from .models.posts import (
    BookmarkedPost,
    Hashtag,
    HashtagCount,
    Post,
    PostMark,
    PostVersion,
    PostWithComments,
)

Entry = TypeVar("Entry")


class Posts(Group):
    """``client.posts``. Reading public posts needs no token."""

    def publish(
        self,
        content: str,
        *,
        media_urls: Sequence[str] | None = None,
        media_type: str | None = None,
        visibility: str | None = None,
        published_at: datetime | None = None,
        idempotency_key: str | None = None,
    ) -> Post:
        """Publishes a post, for everyone if not said otherwise. With ``published_at`` in the future
        it is published then.

        Raises :class:`ValidationError`, :class:`Conflict` for a key of another post.
        """
        members = {
            "content": content,
            "mediaUrls": listed(media_urls),
            "mediaType": media_type,
            "visibility": visibility,
            "publishedAt": time_text(published_at),
        }
        return self._read(
            Post, operations.PUBLISH_POST, body=given(members), idempotency_key=idempotency_key
        )

    def read(self, post_id: str) -> PostWithComments:
        """A post with its last comments. Raises :class:`NotFound` for one that is not seen too."""
        return self._read(PostWithComments, operations.READ_POST, post_id)

    def update(
        self,
        post_id: str,
        *,
        content: str | _Unchanged = UNCHANGED,
        media_urls: Sequence[str] | _Unchanged = UNCHANGED,
        media_type: str | None | _Unchanged = UNCHANGED,
        visibility: str | _Unchanged = UNCHANGED,
        if_match: str | None = None,
    ) -> Post:
        """Changes what is given, and nothing else. With ``if_match``, the ``etag`` of the post that
        was read, only if nobody has changed it since.

        Raises :class:`Forbidden` for another user's post, :class:`Conflict`
        (``PRECONDITION_FAILED``) for one that has changed.
        """
        members = {
            "content": content,
            "mediaUrls": listed(media_urls),
            "mediaType": media_type,
            "visibility": visibility,
        }
        return self._read(
            Post, operations.UPDATE_POST, post_id, changed(members), if_match=if_match
        )

    def delete(self, post_id: str, *, if_match: str | None = None) -> None:
        """Deletes a post of the caller; ``if_match`` as in :meth:`update`."""
        self._do(operations.DELETE_POST, post_id, if_match=if_match)

    def all(self, *, limit: int | None = None) -> Listing[Post]:
        """All posts that the caller sees, the newest first."""
        return self._posts(operations.LIST_POSTS, {"limit": limit})

    def own(self, *, limit: int | None = None) -> Listing[Post]:
        """The caller's posts of every visibility, the newest first."""
        return self._posts(operations.LIST_OWN_POSTS, {"limit": limit})

    def search(self, text: str, *, limit: int | None = None) -> Listing[Post]:
        """Posts with the words, the best match first: quotes make a phrase, ``-`` leaves out."""
        return self._posts(operations.SEARCH_POSTS, {"q": text, "limit": limit})

    def feed(self, *, limit: int | None = None) -> Listing[Post]:
        """The posts of the caller and of those whom the caller follows, the newest first."""
        return Listing(self._caller, Post, operations.READ_FEED, query={"limit": limit})

    def with_hashtag(self, tag: str, *, limit: int | None = None) -> Listing[Post]:
        """The posts with a hashtag, the newest first."""
        parts = {"tag": tag}
        return Listing(
            self._caller, Post, operations.LIST_POSTS_OF_HASHTAG, parts, {"limit": limit}
        )

    def hashtag(self, tag: str) -> HashtagCount:
        """How many posts have a hashtag."""
        answer = self._caller.call(operations.READ_HASHTAG, parts={"tag": tag})
        return self._decoded(HashtagCount, answer)

    def hashtags(self, beginning: str) -> tuple[Hashtag, ...]:
        """Hashtags that begin so."""
        answer = self._do(operations.SUGGEST_HASHTAGS, query={"q": beginning})
        return decode_list(Hashtag, answer.json())

    def versions(self, post_id: str, *, limit: int | None = None) -> Listing[PostVersion]:
        """What a post has been, the last first; for its author and moderators."""
        return self._about(post_id, PostVersion, operations.LIST_VERSIONS, "versions", limit)

    def like(self, post_id: str) -> None:
        """Raises :class:`ValidationError` if the caller likes it already."""
        self._do(operations.LIKE_POST, post_id)

    def unlike(self, post_id: str) -> None:
        """Ends a like. Raises :class:`ValidationError` if there is none."""
        self._do(operations.UNLIKE_POST, post_id)

    def likes(
        self, post_id: str, page: int | None = None, *, limit: int | None = None
    ) -> tuple[PostMark, ...]:
        """Who likes a post, the last first; pages count from 1."""
        listing = self._about(post_id, PostMark, operations.LIST_LIKES, "likes", limit)
        return listing.page(page).entries

    def share(self, post_id: str) -> None:
        """Shares a post. Doing so again changes nothing."""
        self._do(operations.SHARE_POST, post_id)

    def unshare(self, post_id: str) -> None:
        """Ends a share."""
        self._do(operations.UNSHARE_POST, post_id)

    def shares(self, post_id: str, *, limit: int | None = None) -> Listing[PostMark]:
        """Who has shared a post, the last first."""
        return self._about(post_id, PostMark, operations.LIST_SHARES, "shares", limit)

    def bookmark(self, post_id: str) -> None:
        """Bookmarks a post; nobody else sees that."""
        self._do(operations.BOOKMARK_POST, post_id)

    def remove_bookmark(self, post_id: str) -> None:
        """Removes a bookmark."""
        self._do(operations.REMOVE_BOOKMARK, post_id)

    def bookmarks(self, *, limit: int | None = None) -> Listing[BookmarkedPost]:
        """The caller's bookmarks, the last first."""
        return Listing(
            self._caller, BookmarkedPost, operations.LIST_BOOKMARKS, query={"limit": limit}
        )

    def _posts(
        self, operation: Operation, query: dict[str, str | int | None]
    ) -> Listing[Post]:
        return Listing(self._caller, Post, operation, query=query, member="posts")

    def _about(
        self,
        post_id: str,
        model: type[Entry],
        operation: Operation,
        member: str,
        limit: int | None,
    ) -> Listing[Entry]:
        parts = {"id": post_id}
        return Listing(self._caller, model, operation, parts, {"limit": limit}, member=member)


def time_text(time: datetime | None) -> str | None:
    """A time in UTC. Raises ``ValueError`` for one without a time zone."""
    if time is None:
        return None
    if time.tzinfo is None:
        raise ValueError("a time must have a time zone")
    return time.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
