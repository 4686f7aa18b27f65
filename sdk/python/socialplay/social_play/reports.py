"""Reports, and what moderators did to the caller."""

from __future__ import annotations

from ..arguments import given
from . import operations
from .group import Group
from .listing import Listing
from .models.moderation import OwnModerationAction, Report


class Reports(Group):
    """``client.reports``."""

    def report(
        self, target_type: str, target_id: str, reason: str, *, details: str | None = None
    ) -> Report:
        """Reports a ``POST``, ``COMMENT``, ``MESSAGE``, ``PROFILE`` or ``PICTURE``.

        ``reason`` is ``SPAM``, ``HARASSMENT``, ``HATE``, ``VIOLENCE``, ``NUDITY``, ``ILLEGAL``,
        ``IMPERSONATION`` or ``OTHER``. Reporting the same thing again answers with the first report.
        """
        members = {
            "targetType": target_type,
            "targetId": target_id,
            "reason": reason,
            "details": details,
        }
        return self._read(Report, operations.REPORT, body=given(members))

    def own(self, *, limit: int | None = None) -> Listing[Report]:
        """The caller's reports and what became of them, the last first."""
        query = {"limit": limit}
        return Listing(self._caller, Report, operations.LIST_OWN_REPORTS, query=query)

    def actions_against_me(self, *, limit: int | None = None) -> Listing[OwnModerationAction]:
        """What moderators did to content or the account of the caller, the last first."""
        return Listing(
            self._caller,
            OwnModerationAction,
            operations.LIST_ACTIONS_AGAINST_ME,
            query={"limit": limit},
        )

    def appeal(self, action_id: str, text: str, *, token: str | None = None) -> OwnModerationAction:
        """Asks another moderator to decide again, once. A suspended user, who cannot log in, gives
        the ``token`` of the mail.
        """
        body = given({"text": text, "token": token})
        return self._read(OwnModerationAction, operations.APPEAL, action_id, body)
