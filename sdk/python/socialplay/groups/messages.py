"""Messages between friends."""

from __future__ import annotations

import dataclasses
import re
import uuid
from urllib.parse import parse_qs, urlsplit

from .. import operations
from ..arguments import required_id
from ..decoding import decode, decode_list
from ..models.messages import Conversation, Message, MessageHistory
from ..transport.caller import Caller


class Messages:
    """``client.messages``.

    Pages count from 1; a limit above the service's greatest is taken for it.
    """

    _LINK_TO_NEXT = re.compile(r'<([^>]*)>\s*;\s*rel="next"')

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def send(self, to_user_id: str, content: str, idempotency_key: str | None = None) -> Message:
        """Writes to a friend. However often it is tried, the message is sent once.

        That is what ``idempotency_key`` is for, which is made up for each call if not given: 1 to
        255 visible ASCII characters. Give one that you keep to be able to repeat the call yourself,
        even after a restart.

        Raises :class:`Forbidden` (``NOT_FRIENDS``), :class:`NotFound` (``USER_NOT_FOUND``),
        :class:`ValidationError` (``MESSAGE_TOO_LONG``, an empty message), :class:`Conflict` for a
        key that was used for another message.
        """
        key = str(uuid.uuid4()) if idempotency_key is None else _checked(idempotency_key)
        body = {"toUserId": required_id("to_user_id", to_user_id), "content": content}
        answer = self._caller.call(
            operations.SEND_MESSAGE, body=body, headers={"Idempotency-Key": key}
        )
        return decode(Message, answer.json())

    def conversations(
        self, page: int | None = None, limit: int | None = None
    ) -> tuple[Conversation, ...]:
        """The caller's conversations: 100 on a page if not said otherwise, and at most."""
        answer = self._caller.call(
            operations.LIST_CONVERSATIONS, query={"page": page, "limit": limit}
        )
        return decode_list(Conversation, answer.json())

    def history(
        self,
        friend_id: str,
        page: int | None = None,
        limit: int | None = None,
        before: str | None = None,
    ) -> MessageHistory:
        """A conversation: 50 messages on a page if not said otherwise, 100 at most.

        ``before`` is the id of a message: the page has those that are older, whatever was written
        meanwhile. Take it from :attr:`MessageHistory.next_before`.

        Raises :class:`NotFound` (``CONVERSATION_NOT_FOUND``, ``USER_NOT_FOUND``).
        """
        answer = self._caller.call(
            operations.READ_HISTORY,
            parts={"friendId": friend_id},
            query={"page": page, "limit": limit, "before": before},
        )
        history = decode(MessageHistory, answer.json())
        return dataclasses.replace(history, next_before=self._before(answer.headers.get("Link")))

    def mark_read(self, message_id: str) -> None:
        """Raises :class:`NotFound` (``MESSAGE_NOT_FOUND``), :class:`Forbidden` for a message to
        another user.
        """
        self._caller.call(operations.MARK_MESSAGE_READ, parts={"messageId": message_id})

    def _before(self, link: str | None) -> str | None:
        found = self._LINK_TO_NEXT.search(link or "")
        values = parse_qs(urlsplit(found[1]).query).get("before") if found else None
        return values[0] if values else None


def _checked(key: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        raise ValueError("idempotency_key must be 1 to 255 visible ASCII characters")
    return key
