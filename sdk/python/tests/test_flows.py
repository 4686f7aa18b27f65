"""The document's flows, and everything else that the client can do, with a running product."""

from __future__ import annotations

import base64
import time
import unittest
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import ClassVar, TypeVar

from socialplay import (
    Conflict,
    Forbidden,
    NotFound,
    NotificationKindChange,
    QuietHours,
    SocialServiceError,
    Unauthorized,
    ValidationError,
)
from support.product import Person, Product
from support.recorder import Recorder

Found = TypeVar("Found")

# A point of the curve P-256, and 16 bytes, as a browser's keys are.
BROWSER_POINT = (
    "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
)
BROWSER_SECRET = base64.urlsafe_b64encode(bytes(range(16))).decode().rstrip("=")


class FlowTests(unittest.TestCase):
    recorder: ClassVar[Recorder] = Recorder()
    """What all clients of these tests were answered."""
    has_run: ClassVar[bool] = False

    @classmethod
    def tearDownClass(cls) -> None:
        cls.has_run = True

    def setUp(self) -> None:
        self.product = Product(self.recorder)

    def person(self) -> Person:
        person = self.product.register()
        self.addCleanup(person.client.close)
        return person

    def friends(self) -> tuple[Person, Person]:
        ada, bob = self.person(), self.person()
        request = ada.client.friends.send_request(bob.id)
        bob.client.friends.accept(request.id)
        return ada, bob

    def refused(
        self, kind: type[SocialServiceError], code: str, call: Callable[[], object]
    ) -> SocialServiceError:
        with self.assertRaises(kind) as caught:
            call()
        self.assertEqual(caught.exception.code, code)
        return caught.exception

    def eventually(self, call: Callable[[], Found], is_there: Callable[[Found], bool]) -> Found:
        deadline = time.monotonic() + 10
        while not is_there(found := call()):
            self.assertLess(time.monotonic(), deadline, f"It is not there in time: {found}")
            time.sleep(0.1)
        return found

    def test_asking_and_accepting(self) -> None:
        """S0-112."""
        ada, bob = self.person(), self.person()
        (found,) = ada.client.friends.search(bob.username)
        self.assertEqual((found.user_id, found.friendship_status), (bob.id, "none"))
        sent = ada.client.friends.send_request(to_user_id=bob.id, message="Привет! Поиграем?")
        self.assertEqual((sent.user_id, sent.friend_id, sent.status), (ada.id, bob.id, "pending"))
        self.assertEqual(sent.requested_by, ada.id)
        self.assertLess(abs(datetime.now(timezone.utc) - sent.created_at), timedelta(minutes=5))
        (incoming,) = bob.client.friends.requests()
        self.assertEqual((incoming.id, incoming.message), (sent.id, "Привет! Поиграем?"))
        self.assertEqual(incoming.sender_info.username, ada.username)
        (outgoing,) = ada.client.friends.outgoing_requests(page=1, limit=10)
        self.assertEqual((outgoing.id, outgoing.receiver_info.username), (sent.id, bob.username))
        accepted = bob.client.friends.accept(sent.id)
        self.assertEqual((accepted.status, accepted.friend_id), ("accepted", ada.id))
        page = ada.client.friends.list(page=1, limit=10, status="all")
        self.assertEqual([friend.friend_id for friend in page.friends], [bob.id])
        self.assertEqual(page.friends[0].friend_info.username, bob.username)
        self.assertEqual((page.pagination.total, page.pagination.limit), (1, 10))

    def test_declining_taking_back_and_ending(self) -> None:
        ada, bob = self.person(), self.person()
        bob.client.friends.decline(ada.client.friends.send_request(bob.id).id)
        ada.client.friends.cancel_request(ada.client.friends.send_request(bob.id).id)
        self.assertEqual(bob.client.friends.requests(), ())
        ada.client.friends.send_request(bob.id)
        self.assertEqual(bob.client.friends.send_request(ada.id).status, "accepted")
        ada.client.friends.remove(bob.id)
        self.assertEqual(bob.client.friends.list().friends, ())
        self.refused(NotFound, "NOT_FOUND", lambda: ada.client.friends.remove(bob.id))

    def test_blocking(self) -> None:
        ada, bob = self.friends()
        ada.client.friends.block(bob.id)
        (blocked,) = ada.client.friends.blocks()
        self.assertEqual((blocked.user_id, blocked.username), (bob.id, bob.username))
        self.assertEqual(ada.client.friends.list().friends, ())
        self.refused(Forbidden, "NOT_FRIENDS", lambda: bob.client.messages.send(ada.id, "Hi"))
        self.refused(Forbidden, "FORBIDDEN", lambda: ada.client.friends.send_request(bob.id))
        ada.client.friends.unblock(bob.id)
        self.assertEqual(ada.client.friends.blocks(), ())
        self.refused(NotFound, "NOT_FOUND", lambda: ada.client.friends.unblock(bob.id))

    def test_writing_and_reading(self) -> None:
        """S0-113."""
        ada, bob = self.friends()
        sent = ada.client.messages.send(to_user_id=bob.id, content="Привет! Как дела?")
        self.assertEqual((sent.from_user_id, sent.to_user_id), (ada.id, bob.id))
        self.assertFalse(sent.is_read)
        (conversation,) = bob.client.messages.conversations()
        self.assertEqual(conversation.friend_id, ada.id)
        self.assertEqual(conversation.friend_info.username, ada.username)
        self.assertEqual((conversation.last_message.id, conversation.unread_count), (sent.id, 1))
        history = bob.client.messages.history(ada.id, page=1, limit=20)
        self.assertEqual([message.content for message in history.messages], ["Привет! Как дела?"])
        self.assertEqual((history.pagination.total, history.next_before), (1, None))
        bob.client.messages.mark_read(sent.id)
        (message,) = ada.client.messages.history(bob.id).messages
        self.assertTrue(message.is_read)
        self.assertIsNotNone(message.read_at)
        self.refused(Forbidden, "FORBIDDEN", lambda: ada.client.messages.mark_read(sent.id))

    def test_a_message_is_sent_once_under_its_key(self) -> None:
        ada, bob = self.friends()
        key = str(uuid.uuid4())
        first = ada.client.messages.send(bob.id, "Once", idempotency_key=key)
        again = ada.client.messages.send(bob.id, "Once", idempotency_key=key)
        self.assertEqual(first.id, again.id)
        self.assertEqual(ada.client.messages.history(bob.id).pagination.total, 1)
        self.refused(
            Conflict,
            "ALREADY_EXISTS",
            lambda: ada.client.messages.send(bob.id, "Twice", idempotency_key=key),
        )
        self.assertNotEqual(ada.client.messages.send(bob.id, "Once").id, first.id)

    def test_a_history_is_read_to_its_beginning(self) -> None:
        ada, bob = self.friends()
        sent = [ada.client.messages.send(bob.id, f"Message {number}").id for number in range(5)]
        found: list[str] = []
        before: str | None = None
        while True:
            history = bob.client.messages.history(ada.id, limit=2, before=before)
            found = [message.id for message in history.messages] + found
            before = history.next_before
            if before is None:
                break
        self.assertEqual(found, sent)

    def test_being_there(self) -> None:
        """S0-114."""
        ada, bob = self.friends()
        online = ada.client.status.set_online(current_game="Counter-Strike 2")
        self.assertEqual((online.status, online.current_game), ("online", "Counter-Strike 2"))
        (seen,) = bob.client.status.friends()
        self.assertEqual((seen.user_id, seen.username), (ada.id, ada.username))
        self.assertEqual((seen.status, seen.current_game), ("online", "Counter-Strike 2"))
        self.assertIsNotNone(seen.last_seen)
        (friend,) = bob.client.friends.list(status="online").friends
        self.assertEqual(friend.friend_info.current_game, "Counter-Strike 2")
        self.assertGreater(ada.client.status.heartbeat().next_heartbeat_in_seconds, 0)
        self.assertEqual(ada.client.status.set_away().status, "away")
        self.assertEqual(ada.client.status.set_offline().status, "offline")
        (seen,) = bob.client.status.friends()
        self.assertEqual((seen.status, seen.current_game), ("offline", None))
        self.assertEqual(len(bob.client.friends.list(status="offline").friends), 1)

    def test_what_other_services_ask(self) -> None:
        """S0-115."""
        ada, bob = self.friends()
        carol = self.person()
        bob.client.friends.accept(carol.client.friends.send_request(bob.id).id)
        with self.product.service() as service:
            integration = service.integration
            roster = self.eventually(
                lambda: integration.friends_for_achievements(ada.id),
                lambda found: found.total_friends == 1,
            )
            self.assertEqual([friend.friend_id for friend in roster.friends], [bob.id])
            self.assertIsNotNone(roster.friends[0].friendship_date.tzinfo)
            self.assertTrue(integration.first_friend(ada.id, bob.id).received)
            connection = integration.connection(ada.id, bob.id)
            self.assertEqual(
                (connection.connection_type, connection.can_write_review), ("friends", True)
            )
            self.assertEqual(connection.metadata.friendship_duration, "0 days")
            stranger = integration.connection(ada.id, carol.id)
            self.assertEqual((stranger.connection_type, stranger.can_write_review), ("none", False))
            self.assertIsNone(stranger.connection_date)
            mutual = self.eventually(
                lambda: integration.mutual_friends(ada.id, carol.id),
                lambda found: found.mutual_friends_count == 1,
            )
            self.assertEqual(mutual.mutual_friends[0].username, bob.username)
            preferences = integration.notification_preferences(ada.id)
            self.assertEqual(preferences.preferences.friend_requests.methods, ("push", "email"))
            unknown = str(uuid.uuid4())
            for ask in (
                integration.friends_for_achievements,
                integration.notification_preferences,
                lambda user: integration.connection(ada.id, user),
                lambda user: integration.mutual_friends(user, ada.id),
                lambda user: integration.first_friend(user, ada.id),
            ):
                self.refused(NotFound, "USER_NOT_FOUND", lambda: ask(unknown))
        self.refused(
            Unauthorized,
            "UNAUTHORIZED",
            lambda: ada.client.integration.friends_for_achievements(ada.id),
        )

    def test_the_inbox(self) -> None:
        ada, bob = self.person(), self.person()
        request = ada.client.friends.send_request(bob.id)
        inbox = bob.client.notifications
        page = self.eventually(inbox.list, lambda found: found.unread_count == 1)
        (notification,) = page.notifications
        self.assertEqual(
            (notification.kind, notification.entity_id), ("friend_request", request.id)
        )
        self.assertEqual((notification.actor_id, notification.actor_name), (ada.id, ada.username))
        inbox.read(notification.id)
        self.assertEqual(inbox.list(page=1, limit=10).unread_count, 0)
        self.assertTrue(inbox.list().notifications[0].is_read)
        self.refused(NotFound, "NOT_FOUND", lambda: inbox.read(str(uuid.uuid4())))
        bob.client.friends.accept(request.id)
        inbox = ada.client.notifications
        page = self.eventually(inbox.list, lambda found: found.unread_count > 0)
        self.assertIn("friend_request_accepted", [entry.kind for entry in page.notifications])
        inbox.read_all()
        self.assertTrue(all(entry.is_read for entry in inbox.list().notifications))

    def test_how_to_be_told(self) -> None:
        notifications = self.person().client.notifications
        before = notifications.preferences()
        self.assertTrue(before.preferences.new_messages.only_when_offline)
        self.assertIsNone(before.quiet_hours)
        hours = QuietHours(start="22:00", until="07:30", time_zone="Europe/Moscow")
        after = notifications.update_preferences(
            friend_requests=NotificationKindChange(methods=["push"]),
            new_messages=NotificationKindChange(enabled=False, only_when_offline=False),
            email_notifications=False,
            quiet_hours=hours,
        )
        self.assertEqual(after.preferences.friend_requests.methods, ("push",))
        self.assertTrue(after.preferences.friend_requests.enabled)
        self.assertFalse(after.preferences.new_messages.enabled)
        self.assertFalse(after.preferences.new_messages.only_when_offline)
        self.assertEqual(after.preferences.achievements, before.preferences.achievements)
        self.assertEqual((after.email_notifications, after.quiet_hours), (False, hours))
        self.assertEqual(notifications.preferences(), after)
        cleared = notifications.update_preferences(clear_quiet_hours=True)
        self.assertIsNone(cleared.quiet_hours)
        self.assertFalse(cleared.email_notifications)
        self.refused(
            ValidationError,
            "VALIDATION_ERROR",
            lambda: notifications.update_preferences(
                achievements=NotificationKindChange(methods=["pigeon"])
            ),
        )

    def test_events(self) -> None:
        notifications = self.person().client.notifications
        begin = notifications.events()
        self.assertEqual((begin.events, begin.resync), ((), False))
        self.assertEqual(notifications.events(begin.position, wait=0), begin)
        self.assertTrue(notifications.events("1.1").resync)

    def test_push(self) -> None:
        notifications = self.person().client.notifications
        self.assertRegex(notifications.push_key().public_key, r"^[A-Za-z0-9_-]{80,}$")
        subscription = notifications.subscribe(
            "https://push.example.com/somebody", BROWSER_POINT, BROWSER_SECRET
        )
        notifications.unsubscribe(subscription.id)
        self.refused(NotFound, "NOT_FOUND", lambda: notifications.unsubscribe(subscription.id))
        self.refused(
            ValidationError,
            "VALIDATION_ERROR",
            lambda: notifications.subscribe("https://push.example.com/x", "no", "key"),
        )

    def test_refusals_are_exceptions(self) -> None:
        ada, bob = self.friends()
        carol = self.person()
        unknown = str(uuid.uuid4())
        friends, messages = ada.client.friends, ada.client.messages
        error = self.refused(NotFound, "USER_NOT_FOUND", lambda: friends.send_request(unknown))
        self.assertEqual((error.status, error.path), (404, "/social/v1/friends/request"))
        self.assertIsNotNone(error.request_id)
        self.assertIsNotNone(error.timestamp)
        self.refused(NotFound, "FRIEND_REQUEST_NOT_FOUND", lambda: friends.accept(unknown))
        self.refused(NotFound, "FRIEND_REQUEST_NOT_FOUND", lambda: friends.decline(unknown))
        self.refused(NotFound, "FRIEND_REQUEST_NOT_FOUND", lambda: friends.cancel_request(unknown))
        self.refused(NotFound, "USER_NOT_FOUND", lambda: friends.block(unknown))
        self.refused(NotFound, "MESSAGE_NOT_FOUND", lambda: messages.mark_read(unknown))
        self.refused(NotFound, "CONVERSATION_NOT_FOUND", lambda: messages.history(bob.id))
        self.refused(Conflict, "ALREADY_FRIENDS", lambda: friends.send_request(bob.id))
        friends.send_request(carol.id)
        self.refused(Conflict, "FRIEND_REQUEST_EXISTS", lambda: friends.send_request(carol.id))
        self.refused(Forbidden, "NOT_FRIENDS", lambda: messages.send(carol.id, "Hi"))
        invalid = ValidationError
        self.refused(invalid, "CANNOT_ADD_YOURSELF", lambda: friends.send_request(ada.id))
        self.refused(invalid, "MESSAGE_TOO_LONG", lambda: messages.send(bob.id, "a" * 30_000))
        self.refused(invalid, "VALIDATION_ERROR", lambda: messages.send(bob.id, ""))
        self.refused(invalid, "VALIDATION_ERROR", lambda: messages.send("no id", "Hi"))
        self.refused(invalid, "VALIDATION_ERROR", lambda: friends.search("a"))
        self.refused(invalid, "VALIDATION_ERROR", lambda: friends.list(status="asleep"))
        self.refused(invalid, "VALIDATION_ERROR", lambda: friends.list(page=0))
        self.refused(
            invalid, "VALIDATION_ERROR", lambda: ada.client.status.set_online("a" * 10_000)
        )
        for key in (None, "not.a.token"):
            with self.product.client(key) as stranger:
                self.refused(Unauthorized, "UNAUTHORIZED", stranger.friends.list)

    def test_health(self) -> None:
        with self.product.client() as client:
            health = client.health()
            self.assertEqual((health.status, health.version), ("ok", "1.0.0"))
            detailed = client.detailed_health()
            self.assertEqual(
                set(detailed.dependencies),
                {"database", "redis", "userService", "notificationService"},
            )
