"""Accounts and logins."""

from __future__ import annotations

from ..arguments import given
from ..decoding import decode_list
from ..errors import UnreadableAnswer
from . import operations
from .group import Group
from .models.accounts import LoggedIn, LoginNonce, LoginProvider, LoginSession, Registered, Tokens


class Accounts(Group):
    """``client.accounts``.

    The plain calls, for programs that keep tokens themselves. :class:`socialplay.Session` keeps
    them for you, and its ``token`` is good for this client too.
    """

    def register(
        self,
        email: str,
        username: str,
        password: str,
        *,
        first_name: str | None = None,
        last_name: str | None = None,
    ) -> Registered:
        """Makes an account and logs in.

        Raises :class:`ValidationError`, also for an address or a name that is taken.
        """
        members = {
            "email": email,
            "username": username,
            "password": password,
            "firstName": first_name,
            "lastName": last_name,
        }
        return self._read(Registered, operations.REGISTER, body=given(members))

    def log_in(self, email: str, password: str, totp: str | None = None) -> LoggedIn:
        """Raises :class:`Unauthorized` for a wrong address or password; with the code
        ``TWO_FACTOR_REQUIRED`` if the account needs a ``totp`` too: a one-time password, or a
        recovery code.
        """
        members = {"email": email, "password": password, "totp": totp}
        return self._read(LoggedIn, operations.LOG_IN, body=given(members))

    def refresh(self, refresh_token: str, idempotency_key: str | None = None) -> Tokens:
        """Exchanges the tokens of a session. Repeat it with the same ``idempotency_key`` if the
        answer is lost: a refresh token counts once.

        Raises :class:`Unauthorized` if the session has ended.
        """
        return self._read(
            Tokens,
            operations.REFRESH,
            body={"refreshToken": refresh_token},
            idempotency_key=idempotency_key,
        )

    def log_out(self, refresh_token: str) -> None:
        """Ends a session."""
        self._do(operations.LOG_OUT, body={"refreshToken": refresh_token})

    def forget_password(self, email: str) -> None:
        """Sends a link to choose another password, if there is such an account."""
        self._do(operations.FORGET_PASSWORD, body={"email": email})

    def reset_password(self, token: str, new_password: str) -> None:
        """Chooses another password with the token of the link, and ends all sessions.

        Raises :class:`ValidationError` for a token that is not good any more.
        """
        self._do(operations.RESET_PASSWORD, body={"token": token, "newPassword": new_password})

    def change_password(self, old_password: str, new_password: str) -> None:
        """Changes the password, and ends every other session of the account.

        Raises :class:`Unauthorized` for a wrong password.
        """
        body = {"oldPassword": old_password, "newPassword": new_password}
        self._do(operations.CHANGE_PASSWORD, body=body)

    def verify_email(self, token: str) -> None:
        """Confirms the address with the token of the mail."""
        self._do(operations.VERIFY_EMAIL, body={"token": token})

    def resend_verification(self) -> None:
        """Sends that mail again."""
        self._do(operations.RESEND_VERIFICATION)

    def sessions(self) -> tuple[LoginSession, ...]:
        """The caller's logins that have not ended, the last used first."""
        answer = self._do(operations.LIST_SESSIONS).json()
        return decode_list(LoginSession, _member(answer, "sessions"))

    def end_session(self, session_id: str) -> None:
        """Ends one of the caller's logins. Raises :class:`NotFound`."""
        self._do(operations.END_SESSION, session_id)

    def end_other_sessions(self) -> None:
        """Ends all of the caller's logins but this one."""
        self._do(operations.END_OTHER_SESSIONS)

    def providers(self) -> tuple[LoginProvider, ...]:
        """The services that users can log in with."""
        answer = self._do(operations.LIST_PROVIDERS).json()
        return decode_list(LoginProvider, _member(answer, "providers"))

    def begin_provider_login(self, provider: str) -> LoginNonce:
        """What the ID token of the service must carry. Raises :class:`NotFound`."""
        answer = self._caller.call(operations.BEGIN_PROVIDER_LOGIN, parts={"name": provider})
        return self._decoded(LoginNonce, answer)

    def log_in_with_provider(
        self, provider: str, id_token: str, totp: str | None = None
    ) -> LoggedIn:
        """Logs in with an ID token; ``totp`` as in :meth:`log_in`."""
        answer = self._caller.call(
            operations.LOG_IN_WITH_PROVIDER,
            parts={"name": provider},
            body=given({"idToken": id_token, "totp": totp}),
        )
        return self._decoded(LoggedIn, answer)


def _member(answer: object, name: str) -> object:
    if not isinstance(answer, dict):
        raise UnreadableAnswer("the answer is not an object")
    return answer.get(name)
