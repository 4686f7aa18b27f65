"""Drafts and scheduled posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..arguments import given
from ..musicians.profiles import UNCHANGED, _Unchanged
from . import operations
from .group import Group, changed, listed
from .listing import Listing
from .models.posts import Draft, Post
from .posts import time_text


class Drafts(Group):
    """``client.drafts``. Only their author sees them."""

    def create(
        self,
        content: str,
        *,
        media_urls: Sequence[str] | None = None,
        media_type: str | None = None,
        visibility: str | None = None,
        publish_at: datetime | None = None,
        idempotency_key: str | None = None,
    ) -> Draft:
        """Keeps a draft. With ``publish_at`` it becomes a post then."""
        members = {
            "content": content,
            "mediaUrls": listed(media_urls),
            "mediaType": media_type,
            "visibility": visibility,
            "publishAt": time_text(publish_at),
        }
        return self._read(
            Draft, operations.CREATE_DRAFT, body=given(members), idempotency_key=idempotency_key
        )

    def list(self, *, limit: int | None = None) -> Listing[Draft]:
        """All drafts, the last first."""
        query = {"limit": limit}
        return Listing(
            self._caller, Draft, operations.LIST_DRAFTS, query=query, member="drafts"
        )

    def read(self, draft_id: str) -> Draft:
        """One draft. Raises :class:`NotFound`."""
        return self._read(Draft, operations.READ_DRAFT, draft_id)

    def update(
        self,
        draft_id: str,
        *,
        content: str | _Unchanged = UNCHANGED,
        media_urls: Sequence[str] | _Unchanged = UNCHANGED,
        media_type: str | None | _Unchanged = UNCHANGED,
        visibility: str | _Unchanged = UNCHANGED,
        publish_at: datetime | None | _Unchanged = UNCHANGED,
        if_match: str | None = None,
    ) -> Draft:
        """Changes what is given, and nothing else; ``publish_at`` of ``None`` lets it wait."""
        members = {
            "content": content,
            "mediaUrls": listed(media_urls),
            "mediaType": media_type,
            "visibility": visibility,
            "publishAt": time_text(publish_at) if isinstance(publish_at, datetime) else publish_at,
        }
        return self._read(
            Draft, operations.UPDATE_DRAFT, draft_id, changed(members), if_match=if_match
        )

    def delete(self, draft_id: str, *, if_match: str | None = None) -> None:
        """Deletes a draft."""
        self._do(operations.DELETE_DRAFT, draft_id, if_match=if_match)

    def publish(self, draft_id: str, *, idempotency_key: str | None = None) -> Post:
        """Makes a post of a draft now."""
        return self._read(
            Post, operations.PUBLISH_DRAFT, draft_id, idempotency_key=idempotency_key
        )
