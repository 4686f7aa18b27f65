"""The client."""

from __future__ import annotations

from collections.abc import Callable

from . import operations
from .decoding import decode
from .groups.friends import Friends
from .groups.integration import Integration
from .groups.messages import Messages
from .groups.notifications import Notifications
from .groups.status import Status
from .models.health import DetailedHealth, Health
from .transport.connected_client import ConnectedClient
from .transport.credentials import TokenProvider
from .transport.exchange import Exchange


class SocialServiceClient(ConnectedClient):
    """Speaks with the Social Service on behalf of one person, another service, or both.

    One client may be used by many threads at once. It keeps connections open between calls: close
    it when done, or use it in a ``with``.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str | TokenProvider | None = None,
        *,
        internal_token: str | None = None,
        timeout: float = 10.0,
        retries: int = 3,
        observer: Callable[[Exchange], None] | None = None,
    ) -> None:
        """Sends nothing yet.

        ``base_url`` is such as ``https://api.gaming-platform.ru/social`` or
        ``http://localhost:3003``. ``api_key`` is a person's bearer token, or what provides it;
        ``internal_token`` is what ``integration`` needs. ``timeout`` is in seconds, for connecting
        and for each wait for the next bytes of an answer. ``retries`` is how often a request is
        tried again at most.
        ``observer`` hears of every answer, in the thread of the call, for metrics and logs.

        Raises ``ValueError`` for what cannot be right.
        """
        super().__init__(base_url, api_key, internal_token, timeout, retries, observer)
        self.friends = Friends(self._caller)
        self.messages = Messages(self._caller)
        self.status = Status(self._caller)
        self.notifications = Notifications(self._caller)
        self.integration = Integration(self._caller)

    def health(self) -> Health:
        """Whether the service answers. Needs no token."""
        return decode(Health, self._caller.call(operations.HEALTH).json())

    def detailed_health(self) -> DetailedHealth:
        """Whether what the service depends on answers. Needs no token.

        A service that is ``degraded`` is an answer here, not an exception.
        """
        return decode(DetailedHealth, self._caller.call(operations.DETAILED_HEALTH).json())
