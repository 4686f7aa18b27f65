"""Uploads, downloads, ranges, deletion and errors of media, with a running product."""

from __future__ import annotations

import os
import tempfile
import threading
import time
import tracemalloc
import unittest
import uuid
from collections.abc import Callable
from io import BytesIO
from typing import ClassVar

import test_flows
from socialplay import (
    Aborted,
    MediaClient,
    MediaStatus,
    NotFound,
    RangeNotSatisfiable,
    RateLimited,
    Session,
    SocialServiceError,
    Unauthorized,
    ValidationError,
)
from support.files import png, wave, wave_head
from support.product import Musician, Product, large_track
from support.recorder import Recorder


class MediaTests(unittest.TestCase):
    recorder: ClassVar[Recorder] = test_flows.FlowTests.recorder
    has_run: ClassVar[bool] = False

    @classmethod
    def tearDownClass(cls) -> None:
        cls.has_run = True

    def setUp(self) -> None:
        self.product = Product(self.recorder)

    def musician(self, url: str | None = None, **options: object) -> Musician:
        musician = self.product.musician(url, **options)
        self.addCleanup(musician.media.close)
        self.addCleanup(musician.session.close)
        return musician

    def anyone(self, api_key: str | None = None) -> MediaClient:
        return self.enterContext(MediaClient(self.product.url, api_key, observer=self.recorder))

    def refused(
        self,
        kind: type[SocialServiceError],
        status: int,
        code: str,
        call: Callable[..., object],
        *arguments: object,
        **options: object,
    ) -> SocialServiceError:
        with self.assertRaises(kind) as caught:
            call(*arguments, **options)
        error = caught.exception
        self.assertEqual((type(error), error.status, error.code), (kind, status, code))
        self.assertTrue(error.message and error.request_id)
        return error

    def ready(self, media: MediaClient, file_id: str) -> MediaStatus:
        end = time.monotonic() + 30
        while (found := media.status(file_id)).status != "ready":
            self.assertLess(time.monotonic(), end, f"the file is {found}")
            time.sleep(0.1)
        return found

    def test_a_form_upload_stores_a_file_and_reports_its_progress(self) -> None:
        ada = self.musician()
        content = os.urandom(1_000_000)
        seen: list[tuple[int, int]] = []
        name = 'Привет "мир".bin'
        file = ada.media.upload_file(
            content, file_name=name, on_progress=lambda sent, total: seen.append((sent, total))
        )
        self.assertEqual(
            (file.user_id, file.type, file.original_name, file.size),
            (ada.id, "other", name, len(content)),
        )
        self.assertIsNotNone(file.created_at)
        self.assertEqual(seen[0], (0, len(content)))
        self.assertEqual(seen[-1], (len(content), len(content)))
        self.assertGreater(len(seen), 4)
        self.assertEqual(seen, sorted(set(seen)))
        self.assertEqual(ada.media.download(file.file_id).read(), content)

    def test_a_source_is_a_path_or_an_open_file(self) -> None:
        media = self.musician().media
        with tempfile.NamedTemporaryFile(suffix=".txt") as file:
            file.write(b"text")
            file.flush()
            for source in (file.name, file):
                stored = media.upload_file(source)
                self.assertEqual(
                    (stored.original_name, stored.size), (os.path.basename(file.name), 4)
                )
        self.assertEqual(media.upload_file(BytesIO(b"text")).original_name, "file")
        self.assertRaises(ValueError, media.upload_file, 5)
        self.assertRaises(OSError, media.upload_file, "/no/such/file")

    def test_an_upload_ends_with_the_event_of_the_caller(self) -> None:
        media = self.musician().media
        abort = threading.Event()

        def hear(sent: int, total: int) -> None:
            if sent > 100_000:
                abort.set()

        with self.assertRaises(Aborted):
            media.upload_file(os.urandom(4_000_000), on_progress=hear, abort=abort)

    def test_a_large_file_is_not_held_in_memory(self) -> None:
        media = self.musician().media
        size = large_track()
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(200_000_000)
            tracemalloc.start()
            self.addCleanup(tracemalloc.stop)
            upload = {"resumable": False}
            self.refused(ValidationError, 413, "TOO_LARGE", media.upload_file, file.name, **upload)
            file.seek(0)
            file.write(wave_head(size - 44))
            file.truncate(size)
            file.flush()
            self.assertEqual(media.upload_track(file.name, resumable=False).size, size)
            self.assertLess(tracemalloc.get_traced_memory()[1], 10_000_000)

    def test_pictures_and_recordings_are_stored_for_what_they_are(self) -> None:
        ada = self.musician()
        media = ada.media
        avatar = media.upload_avatar(png(300), file_name="me.png")
        self.assertEqual((avatar.type, avatar.mime_type), ("avatar", "image/png"))
        track = media.upload_track(wave(2), file_name="tone.wav")
        self.assertEqual((track.type, track.mime_type), ("track", "audio/wav"))
        cover = media.upload_cover(png(300), track_id=track.file_id)
        self.assertEqual(cover.type, "cover")
        self.assertEqual(media.upload_cover(png(300), is_profile_cover=True).type, "cover")

        found = self.ready(media, avatar.file_id).file.metadata
        assert found is not None
        self.assertEqual((found.width, found.height), (300, 300))
        self.ready(media, cover.file_id)
        for size in (None, 256):
            with media.download_avatar(ada.id, size=size) as picture:
                self.assertEqual(picture.type, "image/webp")
                self.assertEqual(len(picture.read()), picture.size)
        self.assertEqual(media.download_cover(track.file_id).read()[8:12], b"WEBP")
        self.assertEqual(media.download_track(track.file_id).read(), wave(2))
        media.delete_track(track.file_id)
        self.refused(NotFound, 404, "NOT_FOUND", media.download_track, track.file_id)
        self.refused(NotFound, 404, "NOT_FOUND", media.waveform, track.file_id)

    def test_a_download_needs_no_token_and_can_be_given_up(self) -> None:
        media = self.musician().media
        content = os.urandom(3_000_000)
        file = media.upload_file(content)
        with self.anyone().download(file.file_id) as download:
            self.assertEqual((download.size, download.range), (len(content), None))
            self.assertRegex(download.etag or "", r'^".+"$')
            pieces = list(download)
        self.assertGreater(len(pieces), 10)
        self.assertEqual(b"".join(pieces), content)
        with media.download(file.file_id):
            pass
        with tempfile.TemporaryDirectory() as folder:
            media.download(file.file_id).save(os.path.join(folder, "copy"))
            with open(os.path.join(folder, "copy"), "rb") as copy:
                self.assertEqual(copy.read(), content)
        abort = threading.Event()
        abort.set()
        with self.assertRaises(Aborted):
            media.download(file.file_id, abort=abort).read()

    def test_a_download_may_be_of_a_range(self) -> None:
        media = self.musician().media
        content = os.urandom(100_000)
        file = media.upload_file(content)
        for start, end, last in (
            (0, 0, 0),
            (10, 19, 19),
            (99_990, None, 99_999),
            (5, 1_000_000, 99_999),
        ):
            part = media.download_range(file.file_id, start, end)
            assert part.range is not None
            self.assertEqual(
                (part.range.start, part.range.end, part.range.total), (start, last, len(content))
            )
            self.assertEqual(part.read(), content[start : last + 1])
        with self.assertRaises(RangeNotSatisfiable) as caught:
            media.download_range(file.file_id, 100_000)
        self.assertEqual(caught.exception.code, "RANGE_NOT_SATISFIABLE")
        for start, end in ((-1, 5), (5, 4)):
            self.assertRaises(ValueError, media.download_range, file.file_id, start, end)

    def test_errors_say_what_was_wrong(self) -> None:
        ada, bob = self.musician(), self.musician()
        media = ada.media
        error = self.refused(ValidationError, 400, "VALIDATION_ERROR", media.upload_avatar, b"text")
        self.assertEqual(error.message, "File must be a JPEG, PNG or WebP picture")
        error = self.refused(ValidationError, 400, "VALIDATION_ERROR", media.upload_avatar, b"")
        self.assertEqual(error.message, "File is required")
        unknown = str(uuid.uuid4())
        self.refused(NotFound, 404, "NOT_FOUND", media.upload_cover, png(10), track_id=unknown)
        large = os.urandom(11_000_000)
        self.refused(ValidationError, 413, "TOO_LARGE", media.upload_avatar, large, resumable=False)
        self.refused(NotFound, 404, "NOT_FOUND", media.download, unknown)
        self.refused(ValidationError, 400, "VALIDATION_ERROR", media.status, "no-id")
        self.assertRaises(ValueError, media.delete_file, "..")
        with self.assertRaises(ValueError):
            media.upload_cover(png(10), track_id="x\r\n--")
        file = media.upload_file(b"text")
        self.refused(NotFound, 404, "NOT_FOUND", bob.media.delete_file, file.file_id)
        media.delete_file(file.file_id)
        self.refused(NotFound, 404, "NOT_FOUND", media.delete_file, file.file_id)

    def test_errors_tell_of_a_wrong_token_or_none(self) -> None:
        wrong = self.anyone("wrong")
        for content in (b"x", os.urandom(3_000_000)):
            self.refused(Unauthorized, 401, "UNAUTHORIZED", wrong.upload_file, content)
        self.refused(Unauthorized, 401, "UNAUTHORIZED", self.anyone().status, str(uuid.uuid4()))

    def test_errors_say_when_a_limit_has_room_again(self) -> None:
        media = self.musician(self.product.limited_url(), retries=0).media
        for _ in range(10):
            media.upload_file(b"text")
        error = self.refused(RateLimited, 429, "RATE_LIMIT_EXCEEDED", media.upload_file, b"text")
        assert isinstance(error, RateLimited) and error.retry_after is not None
        self.assertTrue(0 < error.retry_after <= 60)


class SessionTests(unittest.TestCase):
    def setUp(self) -> None:
        self.url = Product().url
        self.name = "p" + uuid.uuid4().hex[:20]
        self.session = self.enterContext(Session(self.url))
        self.session.register(f"{self.name}@example.com", self.name, "correct horse 42")

    def test_it_logs_in_exchanges_its_tokens_and_logs_out(self) -> None:
        kept: list[str] = []
        session = self.enterContext(Session(self.url, on_refresh=kept.append))
        self.assertRaises(RuntimeError, session.token)
        user = session.log_in(f"{self.name}@example.com", "correct horse 42")
        self.assertEqual((user.username, session.user), (self.name, user))
        first = session.token()
        self.assertEqual(session.token(), first)
        second = session.token(first)
        self.assertNotEqual(second, first)
        self.assertEqual((session.token(first), kept), (second, [session.refresh_token]))
        session.refresh()

        restored = self.enterContext(Session(self.url, refresh_token=session.refresh_token))
        self.assertIsNone(restored.user)
        with MediaClient(self.url, restored.token) as media:
            self.assertRaises(NotFound, media.status, str(uuid.uuid4()))
        self.assertEqual(restored.user, user)
        for shown in (repr(restored), repr(vars(restored))):
            self.assertNotIn(restored.refresh_token, shown)
        restored.log_out()
        self.assertRaises(Unauthorized, restored.refresh)
        self.assertRaises(Unauthorized, session.log_in, f"{self.name}@example.com", "another one")

    def test_it_does_not_end_when_the_answer_of_an_exchange_is_lost(self) -> None:
        lost: list[int] = []
        opened = self.session._transport.open

        def lossy(request: object) -> object:
            answer = opened(request)  # type: ignore[arg-type]
            if len(lost) < 2:
                lost.append(answer.read().status)
                raise self.session._transport._broken(TimeoutError())
            return answer

        first = self.session.refresh_token
        self.session._transport.open = lossy  # type: ignore[assignment,method-assign]
        self.session.refresh()
        self.assertEqual(lost, [200, 200])
        self.assertNotEqual(self.session.refresh_token, first)
        self.session.refresh()

    def test_a_client_gets_another_token_when_the_first_one_is_refused(self) -> None:
        asked: list[str | None] = []

        def token(refused: str | None = None) -> str:
            asked.append(refused)
            return "expired" if refused is None else self.session.token(refused)

        with MediaClient(self.url, token) as media:
            self.assertEqual(media.upload_file(b"text").type, "other")
        self.assertEqual(asked, [None, "expired"])
