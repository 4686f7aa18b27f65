"""Reports, cases and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report by the caller. ``status`` is ``OPEN`` or ``CLOSED``."""

    id: str
    target_type: str
    target_id: str
    reason: str
    details: str | None
    status: str
    outcome: str | None
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedUser:
    """A user by name."""

    id: str
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationCase:
    """All reports of one thing."""

    id: str
    target_type: str
    target_id: str
    owner: NamedUser
    reports_count: int
    assignee: NamedUser | None
    status: str
    outcome: str | None
    opened_at: datetime
    last_reported_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedContent:
    """What was reported, as it was then."""

    content: Mapping[str, object] | None
    reported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedReport:
    """A report as moderators see it."""

    id: str
    reporter: NamedUser | None
    reason: str
    details: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationAction:
    """What moderators did, and what became of an appeal."""

    id: str
    case_id: str
    owner_id: str
    moderator_id: str
    target_type: str
    action: str
    reason: str | None
    created_at: datetime
    ends_at: datetime | None
    appeal: str | None
    appealed_at: datetime | None
    decision: str | None
    decision_reason: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnModerationAction:
    """What moderators did to content or the account of the caller."""

    id: str
    target_type: str
    action: str
    reason: str | None
    created_at: datetime
    ends_at: datetime | None
    appeal: str | None
    appealed_at: datetime | None
    decision: str | None
    decision_reason: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDetails(ModerationCase):
    """A case with its reports, what was reported, and what was done."""

    target_exists: bool
    contents: tuple[ReportedContent, ...]
    reports: tuple[ReceivedReport, ...]
    actions: tuple[ModerationAction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """What a member of the staff did."""

    id: str
    actor_id: str | None
    action: str
    case_id: str | None
    subject_id: str | None
    reason: str | None
    details: Mapping[str, object] | None
    created_at: datetime
