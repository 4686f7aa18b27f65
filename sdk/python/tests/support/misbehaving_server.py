"""A server that answers as a test wants it to."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler"], None]


class MisbehavingServer:
    """Treats the first request by the first behaviour, and so on; the last is for all others."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.connections = 0
        self._behaviours = list(behaviours)
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/social"

    def __enter__(self) -> MisbehavingServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def headers(self, name: str) -> list[str | None]:
        """A header of all requests so far."""
        return [headers.get(name.lower()) for _, _, headers, _ in self.requests]

    def next_behaviour(self, handler: Handler) -> Behaviour:
        """Writes a request down and says what becomes of it."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        with self._lock:
            self.requests.append((handler.command, handler.path, headers, body))
            position = min(len(self.requests), len(self._behaviours)) - 1
            return self._behaviours[position]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, owner: MisbehavingServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        self.server.owner.connections += 1
        super().setup()

    def handle_any(self) -> None:
        """Any method, any path."""
        try:
            self.server.owner.next_behaviour(self)(self)
        except ConnectionError:
            # The client did not want to hear the rest.
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def answer(status: int, body: object = None, **headers: str) -> Behaviour:
    """A proper answer. ``Retry_After`` is the header ``Retry-After``."""

    def behave(handler: Handler) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        handler.send_response(status)
        if body is not None:
            handler.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if status != 204:
            handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return behave


def refusal(status: int, code: str, **headers: str) -> Behaviour:
    """A refusal in the service's own words."""
    body = {
        "error": code,
        "message": "No",
        "statusCode": status,
        "timestamp": "2024-03-15T12:40:00Z",
        "path": "/v1",
    }
    return answer(status, body, **headers)


def hang_up(handler: Handler) -> None:
    """The connection ends without an answer."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def answer_and_hang_up(status: int, body: object) -> Behaviour:
    """A proper answer that promises to keep the connection, which ends all the same."""

    def behave(handler: Handler) -> None:
        answer(status, body)(handler)
        hang_up(handler)

    return behave


def break_off(handler: Handler) -> None:
    """The answer ends before all of it is there."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"status":')
    hang_up(handler)


def endless(handler: Handler) -> None:
    """The answer never ends."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    while True:
        handler.wfile.write(piece)
