"""Where the service is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class BaseURL:
    """The address that all paths are behind. ``path`` is empty, or such as ``/social``."""

    is_secure: bool
    host: str
    port: int | None
    path: str

    @classmethod
    def parse(cls, text: str) -> BaseURL:
        """Raises ``ValueError`` for what is no http or https address, or more than host, port and
        path.
        """
        parts = urlsplit(text)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("base_url must be an http or https address")
        if parts.username is not None or parts.query or parts.fragment:
            raise ValueError("base_url must have a host, a port and a path at most")
        # What no name server can be asked for; the error is a ValueError.
        parts.hostname.encode("idna")
        if not parts.path.isascii() or not parts.path.isprintable() or " " in parts.path:
            raise ValueError("base_url must have a percent-encoded path")
        return cls(parts.scheme == "https", parts.hostname, parts.port, parts.path.rstrip("/"))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return f"{'https' if self.is_secure else 'http'}://{host}{port}{self.path}"
