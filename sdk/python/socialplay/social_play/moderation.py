"""The queue of moderators."""

from __future__ import annotations

from ..arguments import given
from . import operations
from .group import Group
from .listing import Listing
from .models.moderation import AuditEntry, CaseDetails, ModerationAction, ModerationCase


class Moderation(Group):
    """``client.moderation``. Everything raises :class:`Forbidden` for users who are no moderators,
    :class:`NotFound` for a case that does not exist, :class:`Conflict` for one that is closed.
    """

    def cases(
        self, *, state: str = "open", order: str = "newest", limit: int | None = None
    ) -> Listing[ModerationCase]:
        """``state`` is ``open``, ``mine`` or ``closed``; ``order`` ``newest`` or ``reports``."""
        query: dict[str, str | int | None] = {"state": state, "order": order, "limit": limit}
        return Listing(self._caller, ModerationCase, operations.LIST_CASES, query=query)

    def case(self, case_id: str) -> CaseDetails:
        """A case with its reports and what was reported."""
        return self._read(CaseDetails, operations.READ_CASE, case_id)

    def assign(self, case_id: str, moderator_id: str | None = None) -> ModerationCase:
        """Gives a case to a moderator: the caller if not said otherwise."""
        body = given({"moderatorId": moderator_id})
        return self._read(ModerationCase, operations.ASSIGN_CASE, case_id, body)

    def release(self, case_id: str) -> ModerationCase:
        """Gives a case back to all."""
        return self._read(ModerationCase, operations.RELEASE_CASE, case_id)

    def dismiss(self, case_id: str, reason: str | None = None) -> CaseDetails:
        """Closes a case: nothing is wrong."""
        return self._read(CaseDetails, operations.DISMISS_CASE, case_id, given({"reason": reason}))

    def remove(self, case_id: str, reason: str) -> CaseDetails:
        """Removes what was reported."""
        return self._read(CaseDetails, operations.REMOVE_CONTENT, case_id, {"reason": reason})

    def warn(self, case_id: str, reason: str) -> CaseDetails:
        """Warns the owner of what was reported."""
        return self._read(CaseDetails, operations.WARN_OWNER, case_id, {"reason": reason})

    def limit(self, case_id: str, reason: str, hours: int) -> CaseDetails:
        """Lets the owner only read, for so long."""
        body = {"reason": reason, "hours": hours}
        return self._read(CaseDetails, operations.LIMIT_OWNER, case_id, body)

    def suspend(self, case_id: str, reason: str, hours: int) -> CaseDetails:
        """Keeps the owner out, for so long."""
        body = {"reason": reason, "hours": hours}
        return self._read(CaseDetails, operations.SUSPEND_OWNER, case_id, body)

    def appeals(self, *, limit: int | None = None) -> Listing[ModerationAction]:
        """Appeals that wait for a decision."""
        query = {"limit": limit}
        return Listing(self._caller, ModerationAction, operations.LIST_APPEALS, query=query)

    def decide(self, action_id: str, decision: str, reason: str) -> ModerationAction:
        """Decides an appeal: ``UPHELD`` or ``REVERSED``.

        Raises :class:`Forbidden` for the moderator whose action it is about.
        """
        body = {"decision": decision, "reason": reason}
        return self._read(ModerationAction, operations.DECIDE_APPEAL, action_id, body)

    def audit(self, *, limit: int | None = None) -> Listing[AuditEntry]:
        """What the staff did, the last first; for administrators."""
        query = {"limit": limit}
        return Listing(self._caller, AuditEntry, operations.READ_AUDIT, query=query)
