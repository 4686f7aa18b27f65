"""Messages and notifications of SocialPlay, with a running product."""

from __future__ import annotations

import uuid
from typing import ClassVar

import test_flows
from socialplay import Forbidden, NotFound
from support.players import SocialPlayCase
from support.recorder import Recorder


class MessageTests(SocialPlayCase):
    recorder: ClassVar[Recorder] = test_flows.FlowTests.recorder

    def test_messages_between_two_users(self) -> None:
        ada, bob = self.player(), self.player()
        word = "w" + uuid.uuid4().hex
        key = str(uuid.uuid4())
        first = ada.client.messages.send(bob.id, f"Hello {word}", idempotency_key=key)
        again = ada.client.messages.send(bob.id, f"Hello {word}", idempotency_key=key)
        self.assertEqual(again.id, first.id)
        second = ada.client.messages.send(bob.id, "Are you there?")
        messages = bob.client.messages
        self.assertEqual(messages.unread_count(), 2)
        history = [one.id for one in messages.history(ada.id, limit=1)]
        self.assertEqual(history, [second.id, first.id])
        (conversation,) = messages.conversations(limit=1)
        self.assertEqual((conversation.user.id, conversation.unread_count), (ada.id, 2))
        self.assertTrue(messages.mark_read(first.id).is_read)
        self.assertEqual(messages.react(first.id, "👍").reactions[0].emoji, "👍")
        self.assertEqual(messages.end_reaction(first.id).reactions, ())
        (found,) = messages.search(word)
        self.assertEqual((found.id, found.user.id), (first.id, ada.id))
        changed = ada.client.messages.update(second.id, content="Are you here?")
        self.assertIsNotNone(changed.edited_at)
        self.refused(Forbidden, 403, messages.update, second.id, content="No")
        messages.delete(first.id)
        ada.client.messages.delete(second.id, for_both=True)
        self.assertEqual([*messages.history(ada.id)], [])
        self.assertEqual(len([*ada.client.messages.history(bob.id)]), 1)

    def test_notifications_come_in_groups(self) -> None:
        ada, bob, eve = self.player(), self.player(), self.player()
        post = ada.client.posts.publish("Like me").id
        bob.client.posts.like(post)
        eve.client.posts.like(post)
        inbox = ada.client.notifications
        self.until(lambda: [one.others_count for one in inbox.list()] == [1])
        (group,) = inbox.list(limit=1)
        self.assertEqual((group.type, group.entity_id), ("LIKE", post))
        self.assertEqual(inbox.unread_count(), 1)
        self.assertTrue(inbox.mark_read(group.id).is_read)
        bob.client.users.follow(ada.id)
        self.until(lambda: inbox.unread_count() == 1)
        inbox.mark_all_read()
        self.assertEqual(inbox.unread_count(), 0)
        inbox.delete(group.id)
        self.assertEqual([one.type for one in inbox.list()], ["FOLLOW"])
        self.refused(NotFound, 404, inbox.delete, group.id)
