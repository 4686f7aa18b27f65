"""The running product that the tests speak with."""

from __future__ import annotations

import json
import os
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any

from socialplay import MediaClient, Session, SocialServiceClient

from .recorder import Recorder


@dataclass(frozen=True)
class Person:
    """A user registered for a test, with a client that has their token."""

    id: str
    username: str
    client: SocialServiceClient


@dataclass(frozen=True)
class Musician:
    """A user registered for a test, with a session and a media client of it."""

    id: str
    session: Session
    media: MediaClient


class Product:
    """A running product. What its clients hear is recorded."""

    def __init__(self, recorder: Recorder | None = None) -> None:
        self.url = _environment("SOCIALPLAY_URL", "the address of a running product").rstrip("/")
        self.recorder = recorder

    @property
    def social_url(self) -> str:
        """The base address of the Social Service as its document has it."""
        return f"{self.url}/social"

    def client(self, api_key: str | None = None) -> SocialServiceClient:
        """A client that has the token of the key's user."""
        return SocialServiceClient(self.social_url, api_key, observer=self.recorder)

    def service(self) -> SocialServiceClient:
        """A client that speaks for another service."""
        token = _environment("INTERNAL_API_TOKEN", "the internal token of the running product")
        return SocialServiceClient(
            self.social_url, internal_token=token.strip(), observer=self.recorder
        )

    def register(self) -> Person:
        """A new user, with a name that is not taken."""
        name = "p" + uuid.uuid4().hex[:20]
        body = {"email": f"{name}@example.com", "username": name, "password": "correct horse 42"}
        answer = self._post("/api/v1/auth/register", body)
        return Person(answer["user"]["id"], name, self.client(answer["accessToken"]))

    def musician(self, url: str | None = None, **options: Any) -> Musician:
        """A new user of media."""
        name = "p" + uuid.uuid4().hex[:20]
        session = Session(url or self.url)
        user = session.register(f"{name}@example.com", name, "correct horse 42")
        media = MediaClient(url or self.url, session.token, observer=self.recorder, **options)
        return Musician(user.id, session, media)

    def limited_url(self) -> str:
        """The address of a product with rate limits."""
        return _environment("SOCIALPLAY_LIMITED_URL", "the address of a product with rate limits")

    def administrator_token(self) -> str:
        """The access token of an administrator."""
        return _environment("SOCIALPLAY_ADMIN_TOKEN", "the access token of an administrator")

    def document(self) -> dict[str, Any]:
        """The product's OpenAPI document."""
        with urllib.request.urlopen(f"{self.url}/openapi.json", timeout=10) as answer:
            document: dict[str, Any] = json.load(answer)
        return document

    def _post(self, path: str, body: dict[str, str]) -> Any:
        request = urllib.request.Request(
            self.url + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def large_track() -> int:
    """The size of a track that is not to be held in memory, in bytes."""
    return int(os.environ.get("SOCIALPLAY_LARGE_TRACK", "200000000"))


def _environment(name: str, meaning: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise AssertionError(f"These tests need {name} in the environment: {meaning}.")
    return value
