"""Other users."""

from __future__ import annotations

from ..decoding import decode_list
from . import operations
from .group import Group
from .listing import Listing
from .models.posts import Post, SharedPost
from .models.users import ListedUser, OtherUser, UserBlock, UserMute


class Users(Group):
    """``client.users``. Reading public profiles and posts needs no token."""

    def read(self, user_id: str) -> OtherUser:
        """The public profile of a user. Raises :class:`NotFound`."""
        return self._read(OtherUser, operations.READ_USER, user_id)

    def search(self, text: str) -> tuple[ListedUser, ...]:
        """Users whose name begins with the text, or is like it: at most twenty."""
        return decode_list(
            ListedUser, self._do(operations.SEARCH_USERS, query={"q": text}).json()
        )

    def posts(self, user_id: str, *, limit: int | None = None) -> Listing[Post]:
        """A user's posts that the caller sees, the newest first."""
        return Listing(
            self._caller,
            Post,
            operations.LIST_POSTS_OF_USER,
            {"id": user_id},
            {"limit": limit},
            member="posts",
        )

    def shares(self, user_id: str, *, limit: int | None = None) -> Listing[SharedPost]:
        """What a user has shared, the last first."""
        return Listing(
            self._caller, SharedPost, operations.LIST_SHARES_OF_USER, {"id": user_id}, {"limit": limit}
        )

    def followers(self, user_id: str, *, limit: int | None = None) -> Listing[ListedUser]:
        """A user's followers, the last first."""
        return Listing(
            self._caller, ListedUser, operations.LIST_FOLLOWERS, {"id": user_id}, {"limit": limit}
        )

    def following(self, user_id: str, *, limit: int | None = None) -> Listing[ListedUser]:
        """The users whom a user follows, the last first."""
        return Listing(
            self._caller, ListedUser, operations.LIST_FOLLOWING, {"id": user_id}, {"limit": limit}
        )

    def follow(self, user_id: str) -> None:
        """Follows a user.

        Raises :class:`ValidationError` if the caller does already, or for oneself.
        """
        self._do(operations.FOLLOW, user_id)

    def unfollow(self, user_id: str) -> None:
        """Ends a follow."""
        self._do(operations.UNFOLLOW, user_id)

    def remove_follower(self, user_id: str) -> None:
        """Ends the follow of a follower of the caller."""
        self._do(operations.REMOVE_FOLLOWER, user_id)

    def block(self, user_id: str) -> None:
        """Blocks a user: neither sees anything of the other, and friendship and follows end."""
        self._do(operations.BLOCK, user_id)

    def unblock(self, user_id: str) -> None:
        """Ends a block."""
        self._do(operations.UNBLOCK, user_id)

    def blocks(self, page: int | None = None, *, limit: int | None = None) -> tuple[UserBlock, ...]:
        """The users whom the caller has blocked, the last first; pages count from 1."""
        query = {"page": page, "limit": limit}
        return decode_list(UserBlock, self._do(operations.LIST_BLOCKS, query=query).json())

    def mute(self, user_id: str) -> None:
        """Keeps a user's posts out of the caller's feed. The user is not told."""
        self._do(operations.MUTE, user_id)

    def unmute(self, user_id: str) -> None:
        """Ends a mute."""
        self._do(operations.UNMUTE, user_id)

    def mutes(self, *, limit: int | None = None) -> Listing[UserMute]:
        """The users whom the caller has muted, the last first."""
        return Listing(self._caller, UserMute, operations.LIST_MUTES, query={"limit": limit})
