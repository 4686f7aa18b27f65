"""Counts of each day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ...decoding import JSON_NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDailyCounts:
    """What happened around an account on one day (UTC)."""

    day: str
    posts: int
    comments: int
    likes: int
    likes_received: int
    comments_received: int
    new_followers: int
    new_following: int
    messages_sent: int
    media_uploaded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReport:
    """The caller's counts, day by day."""

    first_day: str = field(metadata={JSON_NAME: "from"})
    last_day: str = field(metadata={JSON_NAME: "to"})
    counted_until: datetime
    days: tuple[OwnDailyCounts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCounts:
    """What happened in the product on one day (UTC)."""

    day: str
    registrations: int
    active_users: int
    posts: int
    comments: int
    likes: int
    follows: int
    messages: int
    media: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyReport:
    """Counts of the product, day by day."""

    first_day: str = field(metadata={JSON_NAME: "from"})
    last_day: str = field(metadata={JSON_NAME: "to"})
    counted_until: datetime
    days: tuple[DailyCounts, ...]
