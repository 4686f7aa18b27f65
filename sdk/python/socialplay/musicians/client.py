"""The client of profiles, follows and the feed."""

from __future__ import annotations

from collections.abc import Callable

from ..transport.connected_client import ConnectedClient
from ..transport.credentials import TokenProvider
from ..transport.exchange import Exchange
from .follows import Follows
from .profiles import Profiles


class MusiciansClient(ConnectedClient):
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
        super().__init__(base_url, api_key, None, timeout, retries, observer)
        self.profiles = Profiles(self._caller)
        self.follows = Follows(self._caller)
