"""Tokens go where they belong, and nowhere else."""

from __future__ import annotations

import pickle
import traceback
import unittest

from socialplay import GamingPlatformError, SocialServiceClient, Unauthorized
from support.misbehaving_server import Behaviour, MisbehavingServer, answer, hang_up, refusal

KEY = "key-that-nobody-may-see"
TOKEN = "token-that-nobody-may-see"


class SecrecyTests(unittest.TestCase):
    def test_neither_client_nor_errors_show_tokens(self) -> None:
        behaviours: tuple[Behaviour, ...] = (
            refusal(401, "UNAUTHORIZED"),
            hang_up,
            answer(200, {"friends": 1}),
        )
        with MisbehavingServer(*behaviours) as server:
            client = SocialServiceClient(server.url, KEY, internal_token=TOKEN, retries=0)
            shown = [repr(client), str(client), repr(vars(client._caller))]
            for _ in behaviours:
                with self.assertRaises(GamingPlatformError) as caught:
                    client.friends.list()
                error = caught.exception
                shown += [repr(error), str(error), repr(vars(error))]
                shown += traceback.format_exception(error)
                self.assertEqual(str(pickle.loads(pickle.dumps(error))), str(error))
            client.close()
        for text in shown:
            self.assertNotIn(KEY, text)
            self.assertNotIn(TOKEN, text)

    def test_a_token_that_is_none_is_refused_without_showing_it(self) -> None:
        for text in ("", " key", f"{KEY}\n", f"{KEY}\r\nX: y", "ключ"):
            with self.assertRaises(ValueError) as caught:
                SocialServiceClient("http://127.0.0.1:9", text)
            self.assertNotIn(KEY, str(caught.exception))

    def test_each_request_carries_its_own_credential_alone(self) -> None:
        with MisbehavingServer(refusal(401, "UNAUTHORIZED")) as server:
            with SocialServiceClient(server.url, KEY, internal_token=TOKEN) as client:
                calls = (client.health, client.friends.list)
                for call in calls:
                    self.assertRaises(Unauthorized, call)
                self.assertRaises(Unauthorized, client.integration.connection, "a", "b")
            self.assertEqual(server.headers("Authorization"), [None, f"Bearer {KEY}", None])
            self.assertEqual(server.headers("X-Internal-Token"), [None, None, TOKEN])
