"""The caller's own account."""

from __future__ import annotations

from datetime import date

from ..arguments import given
from ..decoding import decode_list
from ..errors import UnreadableAnswer
from ..musicians.profiles import UNCHANGED, _Unchanged
from ..operation import Operation
from . import operations
from .group import Group, changed
from .models.accounts import Account, DataExport, TwoFactorSetup, TwoFactorState
from .models.analytics import OwnReport


class OwnAccount(Group):
    """``client.me``."""

    def read(self) -> Account:
        """The account, with everything that only its owner sees."""
        return self._read(Account, operations.READ_ACCOUNT)

    def update(
        self,
        *,
        username: str | _Unchanged = UNCHANGED,
        first_name: str | None | _Unchanged = UNCHANGED,
        last_name: str | None | _Unchanged = UNCHANGED,
        bio: str | None | _Unchanged = UNCHANGED,
        avatar: str | None | _Unchanged = UNCHANGED,
        cover_image: str | None | _Unchanged = UNCHANGED,
        date_of_birth: str | None | _Unchanged = UNCHANGED,
        phone: str | None | _Unchanged = UNCHANGED,
        language: str | _Unchanged = UNCHANGED,
        show_online_status: bool | _Unchanged = UNCHANGED,
    ) -> Account:
        """Changes what is given, and nothing else; ``None`` clears. ``avatar`` is the address of an
        own upload or of a picture elsewhere, ``language`` is ``ru`` or ``en``.

        Raises :class:`ValidationError`, with a word for each wrong member in ``fields``;
        :class:`Conflict` for a name that is taken.
        """
        members = {
            "username": username,
            "firstName": first_name,
            "lastName": last_name,
            "bio": bio,
            "avatar": avatar,
            "coverImage": cover_image,
            "dateOfBirth": date_of_birth,
            "phone": phone,
            "language": language,
            "showOnlineStatus": show_online_status,
        }
        return self._read(Account, operations.UPDATE_ACCOUNT, body=changed(members))

    def deactivate(self) -> None:
        """Hides the account and ends its sessions, until an administrator opens it again."""
        self._do(operations.DEACTIVATE_ACCOUNT)

    def delete(self) -> None:
        """Deletes the account with everything that it has. It cannot be undone."""
        self._do(operations.DELETE_ACCOUNT)

    def request_export(self) -> DataExport:
        """Lets a worker put together a copy of all data of the account."""
        return self._read(DataExport, operations.REQUEST_EXPORT)

    def export(self) -> DataExport:
        """How far the export is. Raises :class:`NotFound` if none was requested."""
        return self._read(DataExport, operations.READ_EXPORT)

    def download_export(self) -> object:
        """The export, as JSON. Raises :class:`NotFound` until it is ready."""
        return self._do(operations.DOWNLOAD_EXPORT).json()

    def analytics(
        self, *, first_day: date | None = None, last_day: date | None = None
    ) -> OwnReport:
        """Counts of each day (UTC), of the last thirty if not said otherwise."""
        query = {"from": day_text(first_day), "to": day_text(last_day)}
        return self._read(OwnReport, operations.READ_OWN_ANALYTICS, query=query)

    def two_factor(self) -> TwoFactorState:
        """Whether logins need a one-time password."""
        return self._read(TwoFactorState, operations.READ_TWO_FACTOR)

    def begin_two_factor(self) -> TwoFactorSetup:
        """Makes a secret for an authenticator. Logins do not ask for it until it is confirmed.

        Raises :class:`Conflict` (``TWO_FACTOR_ALREADY_ENABLED``).
        """
        return self._read(TwoFactorSetup, operations.BEGIN_TWO_FACTOR)

    def confirm_two_factor(self, totp: str) -> tuple[str, ...]:
        """Confirms that the authenticator works. From now on logins need it. Returns the recovery
        codes, which are shown once, and count once each.
        """
        return self._codes(operations.CONFIRM_TWO_FACTOR, totp)

    def renew_recovery_codes(self, totp: str) -> tuple[str, ...]:
        """Other recovery codes; the earlier ones do not count any more."""
        return self._codes(operations.RENEW_RECOVERY_CODES, totp)

    def disable_two_factor(self, *, password: str | None = None, totp: str | None = None) -> None:
        """Lets logins need a password alone. It takes both proofs; an account without a password
        gives ``totp``, which may be a recovery code.
        """
        body = given({"password": password, "totp": totp})
        self._do(operations.DISABLE_TWO_FACTOR, body=body)

    def _codes(self, operation: Operation, totp: str) -> tuple[str, ...]:
        answer = self._do(operation, body={"totp": totp}).json()
        if not isinstance(answer, dict):
            raise UnreadableAnswer("the answer is not an object")
        return decode_list(str, answer.get("recoveryCodes"))


def day_text(day: date | None) -> str | None:
    """A day as the service has it."""
    return None if day is None else day.isoformat()
