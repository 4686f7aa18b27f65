"""Messages to anybody."""

from __future__ import annotations

from ..arguments import given
from ..musicians.profiles import UNCHANGED, _Unchanged
from . import operations
from .group import Group, changed
from .listing import Listing
from .models.messages import DirectConversation, DirectMessage, FoundMessage
from .models.notifications import Unread


class DirectMessages(Group):
    """``client.messages``. They are those of the Social Service, under the same ids."""

    def send(
        self,
        user_id: str,
        content: str,
        *,
        media_url: str | None = None,
        idempotency_key: str | None = None,
    ) -> DirectMessage:
        """Writes to a user, who need not be a friend. However often it is tried, it is sent once.

        Raises :class:`NotFound`, :class:`ValidationError`, :class:`Conflict` for a key of another
        message.
        """
        return self._read(
            DirectMessage,
            operations.SEND_MESSAGE,
            user_id,
            given({"content": content, "mediaUrl": media_url}),
            idempotency_key=idempotency_key,
        )

    def conversations(self, *, limit: int | None = None) -> Listing[DirectConversation]:
        """The caller's conversations, the last one first."""
        return Listing(
            self._caller,
            DirectConversation,
            operations.LIST_CONVERSATIONS,
            query={"limit": limit},
            member="conversations",
        )

    def history(self, user_id: str, *, limit: int | None = None) -> Listing[DirectMessage]:
        """The conversation with a user, the newest message first."""
        return Listing(
            self._caller,
            DirectMessage,
            operations.READ_MESSAGES,
            {"id": user_id},
            {"limit": limit},
            member="messages",
        )

    def search(self, text: str, *, limit: int | None = None) -> Listing[FoundMessage]:
        """The caller's messages with the words, the newest first."""
        return Listing(
            self._caller,
            FoundMessage,
            operations.SEARCH_MESSAGES,
            query={"q": text, "limit": limit},
            member="messages",
        )

    def unread_count(self) -> int:
        """How many messages the caller has not read."""
        return self._read(Unread, operations.COUNT_UNREAD_MESSAGES).unread_count

    def update(
        self,
        message_id: str,
        *,
        content: str | _Unchanged = UNCHANGED,
        media_url: str | None | _Unchanged = UNCHANGED,
    ) -> DirectMessage:
        """Changes a message of the caller within fifteen minutes: what is given, and nothing else.

        Raises :class:`Forbidden` for another user's message, and afterwards.
        """
        members = {"content": content, "mediaUrl": media_url}
        return self._read(DirectMessage, operations.UPDATE_MESSAGE, message_id, changed(members))

    def delete(self, message_id: str, *, for_both: bool = False) -> None:
        """Deletes a message: for the caller alone, or, of an own one, for both."""
        query = {"for": "all" if for_both else "me"}
        self._do(operations.DELETE_MESSAGE, message_id, query=query)

    def mark_read(self, message_id: str) -> DirectMessage:
        """Marks a message to the caller as read."""
        return self._read(DirectMessage, operations.MARK_MESSAGE_READ, message_id)

    def react(self, message_id: str, emoji: str) -> DirectMessage:
        """Sets the caller's reaction, one emoji, in the place of an earlier one."""
        return self._read(DirectMessage, operations.REACT_TO_MESSAGE, message_id, {"emoji": emoji})

    def end_reaction(self, message_id: str) -> DirectMessage:
        """Removes the caller's reaction."""
        return self._read(DirectMessage, operations.END_REACTION, message_id)
