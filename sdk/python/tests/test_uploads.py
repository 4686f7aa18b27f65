"""Uploads in parts, by tus, on connections that break: with a running product that has them, else
with a server of tus.
"""

from __future__ import annotations

import os
import tempfile
import threading
import unittest
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any, ClassVar

import test_flows
from socialplay import (
    Aborted,
    ConnectionFailed,
    MediaClient,
    NotFound,
    SocialServiceError,
    ValidationError,
)
from socialplay.transport.open_answer import OpenAnswer
from socialplay.transport.request import Request
from support.files import wave
from support.product import Product
from support.tus_server import TusServer

CHUNK = 100_000
Send = Callable[[Request], OpenAnswer]
Step = Callable[[Send, Request], OpenAnswer]


def usual(send: Send, request: Request) -> OpenAnswer:
    return send(request)


def broken(_: Send, request: Request) -> OpenAnswer:
    raise ConnectionFailed("the connection broke")


def answer_is_lost(send: Send, request: Request) -> OpenAnswer:
    send(request).read()
    raise ConnectionFailed("the connection broke")


def is_cut(send: Send, request: Request) -> OpenAnswer:
    """Sends the beginning of the part, without its checksum, and breaks."""
    headers = {name: text for name, text in request.headers.items() if name != "Upload-Checksum"}
    assert isinstance(request.body, bytes)
    send(Request(request.operation, request.target, headers, request.body[:30_000])).read()
    raise ConnectionFailed("the connection broke")


def is_damaged(send: Send, request: Request) -> OpenAnswer:
    assert isinstance(request.body, bytes)
    return send(
        Request(request.operation, request.target, request.headers, bytes(len(request.body)))
    )


class Way:
    """Does to each PATCH of a client what the next step says, and remembers the requests."""

    def __init__(self, client: MediaClient, *steps: Step) -> None:
        self.requests: list[Request] = []
        self._steps = list(steps)
        self._send = client._transport.open
        client._transport.open = self  # type: ignore[method-assign]

    def __call__(self, request: Request) -> OpenAnswer:
        self.requests.append(request)
        step: Step = usual
        if request.operation.method == "PATCH" and self._steps:
            step = self._steps.pop(0)
        return step(self._send, request)

    @property
    def methods(self) -> list[str]:
        return [request.operation.method for request in self.requests]


class UploadTests(unittest.TestCase):
    url: ClassVar[str | None] = None
    """Of a server of tus; ``None`` if the product has uploads in parts."""
    has_run: ClassVar[bool] = False

    @classmethod
    def tearDownClass(cls) -> None:
        cls.has_run = True

    @classmethod
    def setUpClass(cls) -> None:
        request = urllib.request.Request(f"{Product().url}/media/uploads", method="OPTIONS")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                headers = answer.headers
        except urllib.error.HTTPError as error:
            headers = error.headers
        if headers.get("Tus-Version") is None:
            cls.url = cls.enterClassContext(TusServer()).url

    def client(self, **options: Any) -> MediaClient:
        options = {"chunk_bytes": CHUNK} | options
        if self.url is not None:
            return self.enterContext(MediaClient(self.url, "key", **options))
        musician = Product(test_flows.FlowTests.recorder).musician(**options)
        self.addCleanup(musician.session.close)
        self.token = musician.session.token
        return self.enterContext(musician.media)

    def another(self) -> MediaClient:
        """A client of the user of the last one."""
        if self.url is not None:
            return self.client()
        return self.enterContext(MediaClient(Product().url, self.token, chunk_bytes=CHUNK))

    def test_it_stores_the_file_with_progress_by_the_part(self) -> None:
        media = self.client()
        way = Way(media)
        content = os.urandom(250_000)
        seen: list[int] = []
        urls: list[str] = []
        with tempfile.NamedTemporaryFile(prefix="Привет", suffix=".bin") as source:
            source.write(content)
            source.flush()
            file = media.upload_file(
                source.name,
                on_progress=lambda sent, _: seen.append(sent),
                on_upload_url=urls.append,
            )
            name = os.path.basename(source.name)
        self.assertEqual((file.type, file.original_name, file.size), ("other", name, 250_000))
        self.assertEqual(seen, [0, 100_000, 200_000, 250_000])
        self.assertEqual(len(urls), 1)
        self.assertTrue(urls[0].endswith(f"/media/uploads/{file.file_id}"))
        self.assertEqual(way.methods, ["POST", "HEAD", "PATCH", "PATCH", "PATCH", "GET"])
        self.assertEqual(media.download(file.file_id).read(), content)

    def test_it_is_a_track_as_a_form_is(self) -> None:
        media = self.client()
        track = media.upload_track(wave(20), file_name="tone.wav")
        self.assertEqual(
            (track.type, track.mime_type, track.original_name), ("track", "audio/wav", "tone.wav")
        )
        text = b"text" * 50_000
        self.assertRaises(ValidationError, media.upload_track, text)
        with self.assertRaisesRegex(NotFound, "rack"):
            media.upload_cover(text, track_id=str(uuid.uuid4()))

    def test_it_goes_on_where_it_was_whatever_happens_on_the_way(self) -> None:
        ways: tuple[tuple[Step, ...], ...] = (
            (broken,),
            (usual, answer_is_lost),
            (usual, is_cut),
            (is_damaged,),
            (usual, usual, answer_is_lost),
            (broken, broken, broken, usual, broken, broken, broken),
        )
        for steps in ways:
            with self.subTest(steps=steps):
                media = self.client()
                Way(media, *steps)
                content = os.urandom(250_000)
                file = media.upload_file(content)
                self.assertEqual(media.download(file.file_id).read(), content)

    def test_it_ends_after_too_many_failures_and_is_resumed_by_its_address(self) -> None:
        client = self.client(retries=1)
        Way(client, usual, broken, broken)
        content = os.urandom(250_000)
        urls: list[str] = []
        with self.assertRaises(ConnectionFailed):
            client.upload_file(content, on_upload_url=urls.append)

        # As after a restart: another client, which knows the address and the session.
        restarted = self.another()
        way = Way(restarted)
        seen: list[int] = []
        file = restarted.upload_file(
            content, upload_url=urls[0], on_progress=lambda sent, _: seen.append(sent)
        )
        self.assertEqual(seen, [100_000, 200_000, 250_000])
        self.assertEqual(way.methods, ["HEAD", "PATCH", "PATCH", "GET"])
        self.assertEqual(restarted.download(file.file_id).read(), content)
        # A file that is complete is found, and nothing is sent.
        self.assertEqual(restarted.upload_file(content, upload_url=urls[0]).file_id, file.file_id)
        with self.assertRaises(ValueError):
            restarted.upload_file(content[1:], upload_url=urls[0])
        with self.assertRaises(ValueError):
            restarted.upload_file(content, upload_url="https://elsewhere.example/x")

    def test_it_begins_anew_when_it_does_not_exist_any_more(self) -> None:
        media = self.client(retries=0)
        Way(media, usual, broken)
        content = os.urandom(250_000)
        urls: list[str] = []
        with self.assertRaises(ConnectionFailed):
            media.upload_file(content, on_upload_url=urls.append)
        media.delete_upload(urls[0])
        self.assertRaises(SocialServiceError, media.delete_upload, urls[0])
        file = media.upload_file(content, upload_url=urls[0], on_upload_url=urls.append)
        self.assertTrue(len(urls) == 2 and urls[1].endswith(file.file_id))
        self.assertEqual(media.download(file.file_id).read(), content)

    def test_it_ends_with_the_event_of_the_caller(self) -> None:
        media = self.client()
        abort = threading.Event()

        def hear(sent: int, _: int) -> None:
            if sent > 0:
                abort.set()

        with self.assertRaises(Aborted):
            media.upload_file(os.urandom(250_000), on_progress=hear, abort=abort)
