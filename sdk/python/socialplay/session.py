"""Logins."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType

from .decoding import decode
from .operation import Credential, Operation
from .transport.base_url import BaseURL
from .transport.caller import Caller
from .transport.credentials import Credentials
from .transport.exchange import Exchange
from .transport.retry_policy import RetryPolicy
from .transport.secret import Secret
from .transport.transport import Transport

_REGISTER = Operation("POST", "/auth/register", Credential.NONE)
_LOG_IN = Operation("POST", "/auth/login", Credential.NONE)
_REFRESH = Operation("POST", "/auth/refresh", Credential.NONE, has_idempotency_key=True)
_LOG_OUT = Operation("POST", "/auth/logout", Credential.NONE)
_CHANGE_PASSWORD = Operation("POST", "/auth/change_pass")

ALL: tuple[Operation, ...] = (_REGISTER, _LOG_IN, _REFRESH, _LOG_OUT, _CHANGE_PASSWORD)
"""Every operation of accounts that this package can call."""


@dataclass(frozen=True, slots=True)
class SessionUser:
    """A user as accounts know them. ``role`` is ``musician``, ``listener`` or ``admin``."""

    id: str
    email: str
    username: str
    role: str


@dataclass(frozen=True, slots=True)
class _Tokens:
    user: SessionUser
    access_token: str
    refresh_token: str


class Session:
    """A login that keeps its tokens, and exchanges them when the access token has expired.

    Give ``session.token`` to clients as their ``api_key``. Tokens show in no ``repr``. One session
    may be used by many threads at once.
    """

    def __init__(
        self,
        base_url: str,
        *,
        refresh_token: str | None = None,
        on_refresh: Callable[[str], None] | None = None,
        timeout: float = 10.0,
        retries: int = 3,
        observer: Callable[[Exchange], None] | None = None,
    ) -> None:
        """Sends nothing. ``base_url`` is what stands in front of ``/auth``.

        With a ``refresh_token`` that was kept, the session of it goes on. ``on_refresh`` is called
        with the refresh token of each exchange, ``observer`` with every answer, which may hold
        tokens.
        """
        self._base_url = BaseURL.parse(base_url)
        self._transport = Transport(self._base_url, timeout)
        policy = RetryPolicy(retries)
        self._caller = Caller(self._transport, policy, Credentials(None), observer)
        self._authenticated = Caller(self._transport, policy, Credentials(self.token), observer)
        self._on_refresh = on_refresh
        self._lock = threading.Lock()
        self._access: Secret | None = None
        self._refresh: Secret | None = (
            None if refresh_token is None else Secret("refresh_token", refresh_token)
        )
        self._key: str | None = None
        self._user: SessionUser | None = None

    def register(
        self, email: str, username: str, password: str, role: str | None = None
    ) -> SessionUser:
        """Makes an account and logs in. Raises :class:`Conflict` for an address or name that is
        taken.
        """
        body = {"email": email, "username": username, "password": password}
        return self._begin(_REGISTER, body if role is None else body | {"role": role})

    def log_in(self, email: str, password: str, totp: str | None = None) -> SessionUser:
        """Raises :class:`Unauthorized` for a wrong address or password; with the code
        ``TWO_FACTOR_REQUIRED`` if the account needs a ``totp`` too: a one-time password, or a
        recovery code.
        """
        body = {"email": email, "password": password}
        return self._begin(_LOG_IN, body if totp is None else body | {"totp": totp})

    @property
    def user(self) -> SessionUser | None:
        """The user; ``None`` before the first exchange of a session that goes on."""
        return self._user

    @property
    def refresh_token(self) -> str:
        """To be kept, as the password is. Raises ``RuntimeError`` before the login."""
        return self._refreshable().exposed

    def token(self, refused: str | None = None) -> str:
        """The access token; another one than ``refused``."""
        with self._lock:
            if self._access is None or self._access.exposed == refused:
                self._exchange()
            assert self._access is not None
            return self._access.exposed

    def refresh(self) -> None:
        """Exchanges the tokens.

        The ``Idempotency-Key`` of an exchange stays the same until it is answered, so that a lost
        answer does not end the session. Raises :class:`Unauthorized` if it has ended.
        """
        with self._lock:
            self._exchange()

    def log_out(self) -> None:
        """Ends the session on the service."""
        self._caller.call(_LOG_OUT, body={"refreshToken": self._refreshable().exposed})

    def change_password(self, old_password: str, new_password: str) -> None:
        """Changes the password, and ends every other session of the account.

        Raises :class:`Unauthorized` for a wrong password, :class:`ValidationError` for a new one
        that is too short or too common.
        """
        body = {"oldPassword": old_password, "newPassword": new_password}
        self._authenticated.call(_CHANGE_PASSWORD, body=body)

    def close(self) -> None:
        """Closes all connections; the session goes on with its refresh token."""
        self._transport.close()

    def _begin(self, operation: Operation, body: Mapping[str, object]) -> SessionUser:
        answer = self._caller.call(operation, body=body)
        with self._lock:
            return self._keep(decode(_Tokens, answer.json()))

    def _exchange(self) -> None:
        body = {"refreshToken": self._refreshable().exposed}
        self._key = self._key or str(uuid.uuid4())
        answer = self._caller.call(_REFRESH, body=body, headers={"Idempotency-Key": self._key})
        tokens = decode(_Tokens, answer.json())
        self._keep(tokens)
        if self._on_refresh is not None:
            self._on_refresh(tokens.refresh_token)

    def _keep(self, tokens: _Tokens) -> SessionUser:
        self._key = None
        self._access = Secret("access_token", tokens.access_token)
        self._refresh = Secret("refresh_token", tokens.refresh_token)
        self._user = tokens.user
        return tokens.user

    def _refreshable(self) -> Secret:
        if self._refresh is None:
            raise RuntimeError("The session has not begun: log in, register or give a token")
        return self._refresh

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Session({str(self._base_url)!r})"
