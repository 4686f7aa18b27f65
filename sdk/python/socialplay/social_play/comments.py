"""Comments."""

from __future__ import annotations

from . import operations
from .group import Group
from .listing import Listing
from .models.posts import Comment


class Comments(Group):
    """``client.comments``. Reading those of public posts needs no token."""

    def of_post(self, post_id: str, *, limit: int | None = None) -> Listing[Comment]:
        """The comments of a post, the last first, with replies."""
        return Listing(
            self._caller,
            Comment,
            operations.LIST_COMMENTS,
            {"id": post_id},
            {"limit": limit},
            member="comments",
        )

    def add(self, post_id: str, content: str, *, idempotency_key: str | None = None) -> Comment:
        """Comments a post. Raises :class:`NotFound` for one that the caller does not see."""
        return self._read(
            Comment,
            operations.COMMENT_POST,
            post_id,
            {"content": content},
            idempotency_key=idempotency_key,
        )

    def reply(
        self, comment_id: str, content: str, *, idempotency_key: str | None = None
    ) -> Comment:
        """Replies to a comment."""
        return self._read(
            Comment,
            operations.REPLY_TO_COMMENT,
            comment_id,
            {"content": content},
            idempotency_key=idempotency_key,
        )

    def read(self, comment_id: str) -> Comment:
        """One comment. Raises :class:`NotFound`."""
        return self._read(Comment, operations.READ_COMMENT, comment_id)

    def update(self, comment_id: str, content: str, *, if_match: str | None = None) -> Comment:
        """Changes a comment of the caller; ``if_match`` as of posts."""
        body = {"content": content}
        return self._read(
            Comment, operations.UPDATE_COMMENT, comment_id, body, if_match=if_match
        )

    def delete(self, comment_id: str, *, if_match: str | None = None) -> None:
        """Deletes a comment with its replies, for its author, the post's author and moderators."""
        self._do(operations.DELETE_COMMENT, comment_id, if_match=if_match)
