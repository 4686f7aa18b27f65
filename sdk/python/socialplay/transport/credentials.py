"""The tokens of a client."""

from __future__ import annotations

from typing import Protocol

from ..operation import Credential
from .secret import Secret


class TokenProvider(Protocol):
    """Returns a user's access token, such as :meth:`socialplay.Session.token`.

    ``refused`` is the token that the service has just refused (401): the provider then renews it.
    If it returns another one, the request is sent again, once.
    """

    def __call__(self, refused: str | None = None) -> str: ...


class Credentials:
    """What requests show; no request carries more than its operation asks for."""

    def __init__(
        self, api_key: str | TokenProvider | None, internal_token: str | None = None
    ) -> None:
        """Raises ``ValueError`` for a token that cannot stand in a header."""
        self._provider = api_key if callable(api_key) else None
        self._api_key = Secret("api_key", api_key) if isinstance(api_key, str) else None
        if api_key is not None and self._provider is None and self._api_key is None:
            raise ValueError("api_key must be a text or a function")
        self._internal_token = (
            None if internal_token is None else Secret("internal_token", internal_token)
        )

    def token(self, credential: Credential) -> Secret | None:
        """What an operation shows; ``None`` without one: the service knows best how to refuse."""
        if credential is Credential.SERVICE:
            return self._internal_token
        if credential is Credential.NONE:
            return None
        return Secret("api_key", self._provider()) if self._provider else self._api_key

    def renewed(self, refused: Secret | None) -> Secret | None:
        """Another token than the refused one, if there is one."""
        if self._provider is None or refused is None:
            return None
        token = self._provider(refused.exposed)
        return None if token == refused.exposed else Secret("api_key", token)

    @staticmethod
    def headers(credential: Credential, token: Secret | None) -> dict[str, str]:
        """The header that carries a token."""
        if token is None:
            return {}
        if credential is Credential.SERVICE:
            return {"X-Internal-Token": token.exposed}
        return {"Authorization": f"Bearer {token.exposed}"}
