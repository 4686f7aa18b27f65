"""What is sent, and what never is."""

from __future__ import annotations

import json
import unittest
from collections.abc import Callable
from datetime import datetime

from socialplay import (
    AnswerUnusable,
    QuietHours,
    SocialServiceClient,
    SocialServiceError,
)
from socialplay.decoding import decode
from socialplay.models.health import Health
from support.misbehaving_server import MisbehavingServer, refusal


class RequestTests(unittest.TestCase):
    def setUp(self) -> None:
        self.server = self.enterContext(MisbehavingServer(refusal(418, "TEAPOT")))
        self.client = self.enterContext(SocialServiceClient(self.server.url + "/", "key"))

    def sent(self, call: Callable[[], object]) -> tuple[str, str, object]:
        """Method, target and body of what a call sends."""
        self.assertRaises(SocialServiceError, call)
        method, target, _, body = self.server.requests[-1]
        return method, target, json.loads(body) if body else None

    def test_paths_and_queries_are_encoded(self) -> None:
        client = self.client
        self.assertEqual(
            self.sent(lambda: client.messages.history("a/../b?c#d ё", 2, 3, before="e&f")),
            (
                "GET",
                "/social/v1/messages/conversations/a%2F..%2Fb%3Fc%23d%20%D1%91"
                "?page=2&limit=3&before=e%26f",
                None,
            ),
        )
        self.assertEqual(
            self.sent(lambda: client.friends.search("привет & all"))[1],
            "/social/v1/friends/search?q=%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82+%26+all",
        )
        self.assertEqual(self.sent(client.friends.list)[1], "/social/v1/friends")

    def test_what_is_not_given_is_not_sent(self) -> None:
        client = self.client
        self.assertEqual(self.sent(lambda: client.status.set_online())[2], {})
        self.assertEqual(self.sent(lambda: client.friends.send_request("b"))[2], {"toUserId": "b"})
        update = client.notifications.update_preferences
        self.assertEqual(self.sent(lambda: update())[2], {"preferences": {}})
        self.assertEqual(
            self.sent(lambda: update(clear_quiet_hours=True))[2],
            {"preferences": {}, "quietHours": None},
        )

    def test_arguments_that_cannot_be_right_are_never_sent(self) -> None:
        client = self.client
        hours = QuietHours("22:00", "07:00", "Europe/Moscow")
        wrong: tuple[Callable[[], object], ...] = (
            lambda: client.friends.remove(""),
            lambda: client.friends.remove(" "),
            lambda: client.friends.remove(".."),
            lambda: client.friends.remove(None),  # type: ignore[arg-type]
            lambda: client.friends.send_request(""),
            lambda: client.messages.send("", "Hi"),
            lambda: client.messages.send("b", "Hi", idempotency_key=""),
            lambda: client.messages.send("b", "Hi", idempotency_key="a\r\nb: c"),
            lambda: client.messages.send("b", "\ud800"),
            lambda: client.integration.first_friend("a", "b", datetime(2024, 3, 15)),
            lambda: client.notifications.update_preferences(
                quiet_hours=hours, clear_quiet_hours=True
            ),
        )
        for call in wrong:
            self.assertRaises(ValueError, call)
        self.assertEqual(self.server.requests, [])

    def test_addresses_and_settings_that_cannot_be_right(self) -> None:
        for url in (
            "",
            "localhost:3003",
            "ftp://a",
            "http://",
            "http://a:b@c",
            "http://a?b",
            "http://a..b",
        ):
            self.assertRaises(ValueError, SocialServiceClient, url)
        for settings in ({"timeout": 0}, {"retries": -1}):
            self.assertRaises(ValueError, SocialServiceClient, "http://a", **settings)

    def test_answers_of_another_shape_are_unusable(self) -> None:
        good = {"status": "ok", "timestamp": "2024-03-15T12:40:00Z", "uptime": 1, "version": "1"}
        self.assertEqual(decode(Health, good | {"somethingNew": []}).uptime, 1)
        wrong: tuple[object, ...] = (
            [],
            None,
            {},
            good | {"uptime": "1"},
            good | {"uptime": True},
            good | {"status": None},
            good | {"timestamp": "yesterday"},
            good | {"timestamp": "2024-03-15T12:40:00"},
            good | {"timestamp": 5},
        )
        for bad in wrong:
            self.assertRaises(AnswerUnusable, decode, Health, bad)
