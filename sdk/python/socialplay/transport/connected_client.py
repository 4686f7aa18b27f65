"""What all clients have in common."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from .base_url import BaseURL
from .caller import Caller
from .credentials import Credentials, TokenProvider
from .exchange import Exchange
from .retry_policy import RetryPolicy
from .transport import Transport


class ConnectedClient:
    """Keeps connections open between calls until it is closed, or left by a ``with``."""

    def __init__(
        self,
        base_url: str,
        api_key: str | TokenProvider | None,
        internal_token: str | None,
        timeout: float,
        retries: int,
        observer: Callable[[Exchange], None] | None,
    ) -> None:
        """Sends nothing yet. Raises ``ValueError`` for what cannot be right."""
        if timeout <= 0:
            raise ValueError("timeout must be above 0 seconds")
        if retries < 0:
            raise ValueError("retries must not be below 0")
        self._base_url = BaseURL.parse(base_url)
        self._transport = Transport(self._base_url, timeout)
        self._retry_policy = RetryPolicy(retries)
        credentials = Credentials(api_key, internal_token)
        self._caller = Caller(self._transport, self._retry_policy, credentials, observer)

    def close(self) -> None:
        """Closes all connections. Calls afterwards raise ``RuntimeError``."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._base_url)!r})"
