"""A server of tus, for products without uploads in parts."""

from __future__ import annotations

import hashlib
import json
import threading
import uuid
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class _Upload:
    length: int
    metadata: dict[str, str]
    content: bytes = b""


@dataclass
class _State:
    uploads: dict[str, _Upload] = field(default_factory=dict)
    files: dict[str, _Upload] = field(default_factory=dict)


class TusServer:
    """A real HTTP server of tus 1.0, with its extensions creation, termination and checksum."""

    def __init__(self) -> None:
        state = _State()

        class Handler(_Handler):
            uploads = state.uploads
            files = state.files

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> TusServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    uploads: dict[str, _Upload]
    files: dict[str, _Upload]

    def do_POST(self) -> None:
        pairs = (pair.split(" ") for pair in self.headers["Upload-Metadata"].split(","))
        metadata = {name: b64decode(value).decode() for name, value in pairs}
        if "trackId" in metadata:
            return self.refuse(404, "Track not found")
        made = str(uuid.uuid4())
        self.uploads[made] = _Upload(int(self.headers["Upload-Length"]), metadata)
        return self.answer(201, Location=f"http://public.example/media/uploads/{made}")

    def do_HEAD(self) -> None:
        if (upload := self.found()) is not None:
            self.answer(
                200, Upload_Offset=str(len(upload.content)), Upload_Length=str(upload.length)
            )

    def do_PATCH(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if (upload := self.found()) is None:
            return None
        if int(self.headers["Upload-Offset"]) != len(upload.content):
            return self.refuse(409, "Another offset")
        digest = b64encode(hashlib.sha1(content).digest()).decode()
        if self.headers.get("Upload-Checksum", f"sha1 {digest}") != f"sha1 {digest}":
            return self.refuse(460, "Another checksum")
        upload.content += content
        if upload.metadata["purpose"] == "track" and not upload.content.startswith(b"RIFF"):
            del self.uploads[self.id]
            return self.refuse(400, "File must be a recording")
        if len(upload.content) == upload.length:
            self.files[self.id] = self.uploads.pop(self.id)
        return self.answer(204, Upload_Offset=str(len(upload.content)))

    def do_DELETE(self) -> None:
        if self.uploads.pop(self.id, None) is None:
            return self.refuse(404, "Upload not found")
        return self.answer(204)

    def do_GET(self) -> None:
        _, _, _, made, *rest = self.path.split("/")
        found = self.files.get(made)
        if found is None:
            return self.refuse(404, "File not found")
        if not rest:
            return self.answer(200, found.content)
        purpose = found.metadata["purpose"]
        file = {
            "fileId": made,
            "userId": "1",
            "type": purpose,
            "originalName": found.metadata["filename"],
            "fileName": made,
            "mimeType": "audio/wav" if purpose == "track" else "application/octet-stream",
            "size": found.length,
            "url": f"http://public.example/{made}",
        }
        body = {"success": True, "file": file, "status": "ready"}
        return self.answer(200, json.dumps(body).encode())

    @property
    def id(self) -> str:
        """The last segment of the path."""
        return self.path.rsplit("/", 1)[-1]

    def found(self) -> _Upload | None:
        """The upload, also when it is complete; refuses if there is none."""
        upload = self.uploads.get(self.id) or self.files.get(self.id)
        if upload is None:
            self.refuse(404, "Upload not found")
        return upload

    def refuse(self, status: int, error: str) -> None:
        """Answers with an error of the surface."""
        self.answer(status, json.dumps({"success": False, "error": error}).encode())

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answers. ``Upload_Offset`` is the header ``Upload-Offset``."""
        self.send_response(status)
        self.send_header("Tus-Resumable", "1.0.0")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""
