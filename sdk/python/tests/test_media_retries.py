"""What the media client does when the service misbehaves, against a server that does so."""

from __future__ import annotations

import re
import time
import unittest
from typing import Any

from socialplay import ConnectionFailed, MediaClient, RateLimited, ServerError
from support.misbehaving_server import Behaviour, Handler, MisbehavingServer, answer, hang_up

FILE = {
    "fileId": "1",
    "userId": "2",
    "type": "other",
    "originalName": "file",
    "fileName": "1",
    "mimeType": "text/plain",
    "size": 4,
    "url": "u",
}
STORED = answer(200, {"success": True, "file": FILE})
TEXT = b"0123456789" * 10_000


def refuse(status: int, **headers: str) -> Behaviour:
    return answer(status, {"success": False, "error": "No"}, **headers)


def send(count: int, etag: str = '"one"') -> Behaviour:
    """Sends so many bytes of the range that is asked for, or of all, and hangs up then."""

    def behave(handler: Handler) -> None:
        condition = handler.headers.get("If-Range", etag)
        found = re.match(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        start = int(found[1]) if found and condition == etag else 0
        handler.send_response(206 if start else 200)
        handler.send_header("Content-Type", "text/plain")
        handler.send_header("ETag", etag)
        handler.send_header("Content-Length", str(len(TEXT) - start))
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(TEXT) - 1}/{len(TEXT)}")
        handler.end_headers()
        handler.wfile.write(TEXT[start : start + count])
        if start + count < len(TEXT):
            hang_up(handler)

    return behave


class MediaRetryTests(unittest.TestCase):
    def serve(self, *behaviours: Behaviour) -> MisbehavingServer:
        return self.enterContext(MisbehavingServer(*behaviours))

    def client(self, server: MisbehavingServer, **options: Any) -> MediaClient:
        return self.enterContext(MediaClient(server.url, "key", **{"timeout": 2} | options))

    def test_a_form_is_sent_again_whole_when_the_service_refused_to_begin(self) -> None:
        for status in (429, 503):
            server = self.serve(refuse(status), STORED)
            seen: list[int] = []
            file = self.client(server).upload_file(b"text", on_progress=lambda n, _: seen.append(n))
            self.assertEqual((file.file_id, seen), ("1", [0, 4, 0, 4]))
            first, second = (request[3] for request in server.requests)
            self.assertEqual(first, second)
            self.assertIn(b"\r\n\r\ntext\r\n--", first)
            self.assertEqual(server.headers("Content-Length"), [str(len(first))] * 2)

    def test_a_form_is_not_sent_again_when_it_may_have_arrived(self) -> None:
        for failure in (hang_up, answer(502), answer(504), lambda _: time.sleep(3)):
            server = self.serve(failure)
            with self.assertRaises((ConnectionFailed, ServerError)):
                self.client(server, timeout=1).upload_file(b"text")
            self.assertEqual(len(server.requests), 1)

    def test_a_form_has_any_size_when_the_service_knows_no_other_way(self) -> None:
        for status in (404, 405, 501):
            server = self.serve(refuse(status), STORED)
            self.client(server, chunk_bytes=10).upload_file(b"x" * 100)
            self.assertEqual(
                [request[:2] for request in server.requests],
                [("POST", "/social/media/uploads"), ("POST", "/social/media/upload/file")],
            )
        server = self.serve(refuse(429, Retry_After="31"))
        with self.assertRaises(RateLimited) as caught:
            self.client(server).upload_file(b"text", resumable=True)
        self.assertEqual((caught.exception.retry_after, len(server.requests)), (31, 1))

    def test_a_download_goes_on_where_it_was(self) -> None:
        server = self.serve(send(30_000), hang_up, send(30_000), send(1_000_000))
        self.assertEqual(self.client(server).download("1").read(), TEXT)
        self.assertEqual(server.headers("If-Range"), [None] + ['"one"'] * 3)
        self.assertEqual(
            server.headers("Range"), [None, "bytes=30000-", "bytes=30000-", "bytes=60000-"]
        )

    def test_a_download_ends_when_the_file_changes_or_as_often_as_one_says(self) -> None:
        server = self.serve(send(30_000), send(1_000_000, '"two"'))
        self.assertRaises(ConnectionFailed, self.client(server).download("1").read)
        server = self.serve(send(30_000))
        self.assertRaises(ConnectionFailed, self.client(server, retries=0).download("1").read)
        self.assertEqual(len(server.requests), 1)
        server = self.serve(refuse(503))
        self.assertRaises(ServerError, self.client(server, retries=1).download, "1")
        self.assertEqual(len(server.requests), 2)
