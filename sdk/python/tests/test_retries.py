"""What is tried again and what is not, against a server that misbehaves."""

from __future__ import annotations

import json
import socket
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

from socialplay import (
    AnswerUnusable,
    ConnectionFailed,
    NotFound,
    RateLimited,
    ServerError,
    SocialServiceClient,
    SocialServiceError,
)
from socialplay.transport.transport import Transport
from support.misbehaving_server import (
    Behaviour,
    MisbehavingServer,
    answer,
    answer_and_hang_up,
    break_off,
    endless,
    hang_up,
    refusal,
)

HEALTH = {"status": "ok", "timestamp": "2024-03-15T12:40:00Z", "uptime": 3600, "version": "1.0.0"}
MESSAGE = {
    "id": "m",
    "fromUserId": "a",
    "toUserId": "b",
    "content": "Hi",
    "isRead": False,
    "createdAt": "2024-03-15T12:40:00Z",
}
FRIENDSHIP = {
    "id": "f",
    "userId": "a",
    "friendId": "b",
    "status": "pending",
    "createdAt": "2024-03-15T12:40:00Z",
    "updatedAt": "2024-03-15T12:40:00Z",
}


class RetryTests(unittest.TestCase):
    def serve(self, *behaviours: Behaviour) -> MisbehavingServer:
        server = MisbehavingServer(*behaviours)
        return self.enterContext(server)

    def client(self, server: MisbehavingServer, retries: int = 3) -> SocialServiceClient:
        client = SocialServiceClient(server.url, "key", timeout=2, retries=retries)
        return self.enterContext(client)

    def test_reading_is_tried_again_after_every_passing_failure(self) -> None:
        for failure in (
            refusal(429, "RATE_LIMIT_EXCEEDED", Retry_After="0"),
            refusal(503, "SERVICE_UNAVAILABLE", Retry_After="0"),
            answer(502),
            answer(504),
            hang_up,
            break_off,
        ):
            with self.subTest(failure=failure):
                server = self.serve(failure, answer(200, HEALTH))
                self.assertEqual(self.client(server).health().uptime, 3600)
                self.assertEqual(len(server.requests), 2)

    def test_put_and_delete_are_tried_again(self) -> None:
        server = self.serve(hang_up, answer(204))
        self.client(server).messages.mark_read("m")
        server = self.serve(break_off, answer(204))
        self.client(server).friends.remove("f")
        self.assertEqual([request[0] for request in server.requests], ["DELETE", "DELETE"])

    def test_a_message_is_sent_again_under_the_same_key(self) -> None:
        server = self.serve(hang_up, answer(502), break_off, answer(201, MESSAGE))
        client = self.client(server)
        self.assertEqual(client.messages.send(to_user_id="b", content="Hi").id, "m")
        keys = server.headers("Idempotency-Key")
        self.assertEqual(len(keys), 4)
        self.assertEqual(len(set(keys)), 1)
        self.assertRegex(keys[0] or "", r"^[\x21-\x7e]{1,255}$")
        bodies = {request[3] for request in server.requests}
        self.assertEqual(
            [json.loads(body) for body in bodies], [{"toUserId": "b", "content": "Hi"}]
        )
        client.messages.send("b", "Hi")
        self.assertNotEqual(server.headers("Idempotency-Key")[-1], keys[0])
        client.messages.send("b", "Hi", idempotency_key="mine")
        self.assertEqual(server.headers("Idempotency-Key")[-1], "mine")

    def test_what_must_not_happen_twice_is_not_tried_again_when_it_may_have_happened(self) -> None:
        for failure in (hang_up, break_off):
            server = self.serve(failure, answer(201, FRIENDSHIP))
            with self.assertRaises(ConnectionFailed) as caught:
                self.client(server).friends.send_request("b")
            self.assertTrue(caught.exception.may_have_arrived)
            self.assertEqual(len(server.requests), 1)
        for status in (500, 502, 504):
            server = self.serve(answer(status), answer(201, FRIENDSHIP))
            with self.assertRaises(ServerError):
                self.client(server).friends.send_request("b")
            self.assertEqual(len(server.requests), 1)

    def test_what_must_not_happen_twice_is_tried_again_when_it_was_refused(self) -> None:
        for status in (429, 503):
            server = self.serve(refusal(status, "LATER"), answer(201, FRIENDSHIP))
            self.assertEqual(self.client(server).friends.send_request("b").id, "f")
            self.assertEqual(len(server.requests), 2)

    def test_a_connection_that_ended_while_it_waited_is_replaced(self) -> None:
        """Also for what must not happen twice: nothing has been sent on it."""
        server = self.serve(answer_and_hang_up(200, HEALTH), answer(201, FRIENDSHIP))
        client = self.client(server)
        client.health()
        time.sleep(0.1)
        self.assertEqual(client.friends.send_request("b").id, "f")
        self.assertEqual((len(server.requests), server.connections), (2, 2))

    def test_connections_are_kept(self) -> None:
        server = self.serve(
            answer(200, HEALTH), answer(204), refusal(404, "X"), answer(200, HEALTH)
        )
        client = self.client(server)
        client.health()
        client.friends.remove("f")
        with self.assertRaises(NotFound):
            client.friends.remove("f")
        client.health()
        self.assertEqual((len(server.requests), server.connections), (4, 1))

    def test_many_threads_share_a_client(self) -> None:
        server = self.serve(answer(200, HEALTH))
        client = self.client(server)
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _: client.health().status, range(200)))
        self.assertEqual(answers, ["ok"] * 200)
        self.assertEqual(len(server.requests), 200)
        self.assertLessEqual(server.connections, 8)

    def test_it_waits_as_long_as_it_was_asked_to(self) -> None:
        server = self.serve(refusal(429, "SLOW", Retry_After="1"), answer(200, HEALTH))
        began = time.monotonic()
        self.client(server).health()
        self.assertGreaterEqual(time.monotonic() - began, 1)
        time_to_come = format_datetime(
            datetime.now(timezone.utc) + timedelta(seconds=3), usegmt=True
        )
        server = self.serve(refusal(503, "SLOW", Retry_After=time_to_come), answer(200, HEALTH))
        began = time.monotonic()
        self.client(server).health()
        self.assertGreaterEqual(time.monotonic() - began, 1.5)

    def test_it_does_not_wait_for_ever(self) -> None:
        server = self.serve(refusal(429, "RATE_LIMIT_EXCEEDED", Retry_After="3600"))
        began = time.monotonic()
        with self.assertRaises(RateLimited) as caught:
            self.client(server).health()
        self.assertLess(time.monotonic() - began, 1)
        self.assertEqual(caught.exception.retry_after, 3600)
        self.assertEqual(len(server.requests), 1)

    def test_it_gives_up(self) -> None:
        server = self.serve(refusal(503, "SERVICE_UNAVAILABLE", Retry_After="0"))
        with self.assertRaises(ServerError) as caught:
            self.client(server, retries=2).health()
        self.assertEqual(caught.exception.code, "SERVICE_UNAVAILABLE")
        self.assertEqual(len(server.requests), 3)
        server = self.serve(hang_up)
        with self.assertRaises(ConnectionFailed):
            self.client(server, retries=0).health()
        self.assertEqual(len(server.requests), 1)

    def test_other_refusals_are_final(self) -> None:
        server = self.serve(refusal(500, "INTERNAL_ERROR"))
        with self.assertRaises(ServerError):
            self.client(server).health()
        self.assertEqual(len(server.requests), 1)

    def test_nobody_there(self) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{unused.getsockname()[1]}"
            with SocialServiceClient(url, retries=1) as client:
                with self.assertRaises(ConnectionFailed) as caught:
                    client.friends.send_request("b")
        self.assertFalse(caught.exception.may_have_arrived)

    def test_somebody_silent(self) -> None:
        server = self.serve(lambda _: time.sleep(1), answer(200, HEALTH))
        with SocialServiceClient(server.url, timeout=0.2) as client:
            self.assertEqual(client.health().status, "ok")

    def test_answers_are_bounded(self) -> None:
        declared = answer(200, "x" * Transport.LONGEST_ANSWER)
        for behaviour in (endless, declared):
            server = self.serve(behaviour)
            with self.assertRaisesRegex(AnswerUnusable, "longer than"):
                self.client(server).health()
            self.assertEqual(len(server.requests), 1)

    def test_degraded_is_an_answer(self) -> None:
        dependencies = {"database": {"status": "error", "responseTime": "1000ms"}}
        body = HEALTH | {"status": "degraded", "dependencies": dependencies}
        server = self.serve(answer(503, body))
        health = self.client(server).detailed_health()
        self.assertEqual(health.dependencies["database"].response_time, "1000ms")
        self.assertEqual(len(server.requests), 1)
        server = self.serve(refusal(503, "SERVICE_UNAVAILABLE"), answer(503), answer(200, body))
        self.client(server).detailed_health()
        self.assertEqual(len(server.requests), 3)

    def test_redirects_are_not_followed(self) -> None:
        server = self.serve(answer(302, Location="http://127.0.0.1:9/"))
        with self.assertRaises(SocialServiceError) as caught:
            self.client(server).friends.list()
        self.assertEqual((caught.exception.status, caught.exception.code), (302, "HTTP_302"))

    def test_a_closed_client_is_closed(self) -> None:
        server = self.serve(answer(200, HEALTH))
        client = self.client(server)
        client.health()
        client.close()
        with self.assertRaises(RuntimeError):
            client.health()
        self.assertEqual(len(server.requests), 1)
