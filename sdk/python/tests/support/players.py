"""Users of SocialPlay, for the tests of its client."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
import unittest
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from socialplay import SocialPlayClient, SocialServiceError

from .product import Product
from .recorder import Recorder

PASSWORD = "correct horse 42"


@dataclass(frozen=True)
class Player:
    """A user registered for a test, with a client of their session."""

    id: str
    name: str
    email: str
    client: SocialPlayClient


class SocialPlayCase(unittest.TestCase):
    """Tests with users. Each class of tests says what hears the answers, and whether it has run."""

    recorder: ClassVar[Recorder]
    has_run: ClassVar[bool] = False

    @classmethod
    def tearDownClass(cls) -> None:
        cls.has_run = True

    def setUp(self) -> None:
        self.product = Product(self.recorder)
        self.anyone = self.client()

    def client(self, api_key: str | None = None, url: str | None = None) -> SocialPlayClient:
        return self.enterContext(
            SocialPlayClient(url or self.product.url, api_key, retries=0, observer=self.recorder)
        )

    def player(self) -> Player:
        name = "p" + uuid.uuid4().hex[:20]
        email = f"{name}@example.com"
        made = self.anyone.accounts.register(email, name, PASSWORD, first_name="Ada")
        client = self.client(made.access_token)
        return Player(made.user.id, name, email, client)

    def administrator(self) -> SocialPlayClient:
        return self.client(self.product.administrator_token())

    def refused(
        self,
        kind: type[SocialServiceError],
        status: int,
        call: Callable[..., object],
        *arguments: object,
        **options: object,
    ) -> SocialServiceError:
        with self.assertRaises(kind) as caught:
            call(*arguments, **options)
        error = caught.exception
        self.assertEqual((type(error), error.status), (kind, status))
        self.assertTrue(error.message and error.request_id)
        return error

    def until(self, condition: Callable[[], bool]) -> None:
        """Returns when workers have made something so."""
        deadline = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)


def totp(secret: str, ahead: int = 0) -> str:
    """The one-time password of an authenticator (RFC 6238), some seconds ahead."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int(time.time() + ahead) // 30)
    digest = hmac.digest(key, counter, hashlib.sha1)
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
