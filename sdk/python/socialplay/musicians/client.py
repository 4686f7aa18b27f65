"""The client of profiles, follows and the feed."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from ..transport.base_url import BaseURL
from ..transport.caller import Caller
from ..transport.credentials import Credentials, TokenProvider
from ..transport.exchange import Exchange
from ..transport.retry_policy import RetryPolicy
from ..transport.transport import Transport
from .follows import Follows
from .profiles import Profiles


class MusiciansClient:
    """Profiles, follows and the activity feed of musicians.

    Errors and retries are those of :class:`SocialServiceClient`. One client may be used by many
    threads at once; close it when done, or use it in a ``with``.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str | TokenProvider | None = None,
        *,
        timeout: float = 10.0,
        retries: int = 3,
        observer: Callable[[Exchange], None] | None = None,
    ) -> None:
        """Sends nothing yet.

        ``base_url`` is what stands in front of ``/users`` and ``/social``, such as
        ``http://localhost:3000``. ``api_key`` is a user's bearer token, or what provides it, such
        as ``session.token``; reading needs none. ``timeout`` is in seconds, for connecting and for
        each wait for bytes.

        Raises ``ValueError`` for what cannot be right.
        """
        if timeout <= 0:
            raise ValueError("timeout must be above 0 seconds")
        if retries < 0:
            raise ValueError("retries must not be below 0")
        self._base_url = BaseURL.parse(base_url)
        self._transport = Transport(self._base_url, timeout)
        caller = Caller(self._transport, RetryPolicy(retries), Credentials(api_key), observer)
        self.profiles = Profiles(caller)
        self.follows = Follows(caller)

    def close(self) -> None:
        """Closes all connections. Calls afterwards raise ``RuntimeError``."""
        self._transport.close()

    def __enter__(self) -> MusiciansClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"MusiciansClient({str(self._base_url)!r})"
