"""What administrators do."""

from __future__ import annotations

from datetime import date

from . import operations
from .group import Group
from .models.accounts import Account
from .models.analytics import DailyReport
from .models.users import AnnouncementAccepted
from .own_account import day_text


class Administration(Group):
    """``client.administration``. Everything raises :class:`Forbidden` for other users."""

    def set_role(self, user_id: str, role: str) -> Account:
        """Gives a user a role: ``USER`` or ``MODERATOR``."""
        return self._read(Account, operations.SET_ROLE, user_id, {"role": role})

    def set_active(self, user_id: str, is_active: bool) -> Account:
        """Closes an account and ends its sessions, or opens it again."""
        return self._read(Account, operations.SET_STATUS, user_id, {"isActive": is_active})

    def reset_two_factor(self, user_id: str) -> Account:
        """Lets a user who has lost the authenticator log in with the password alone."""
        return self._read(Account, operations.RESET_TWO_FACTOR, user_id)

    def announce(
        self, title: str, body: str, *, idempotency_key: str | None = None
    ) -> AnnouncementAccepted:
        """Notifies all users."""
        return self._read(
            AnnouncementAccepted,
            operations.ANNOUNCE,
            body={"title": title, "body": body},
            idempotency_key=idempotency_key,
        )

    def analytics(
        self, *, first_day: date | None = None, last_day: date | None = None
    ) -> DailyReport:
        """Counts of the product for each day (UTC), of the last thirty if not said otherwise."""
        query = {"from": day_text(first_day), "to": day_text(last_day)}
        return self._read(DailyReport, operations.READ_ANALYTICS, query=query)
