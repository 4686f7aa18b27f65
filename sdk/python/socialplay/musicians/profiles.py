"""Profiles of musicians and listeners, and their tracks."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Final, Literal

from ..decoding import decode
from ..media.models import MediaFile
from ..transport.caller import Caller
from . import operations
from .models import (
    AudioFilesAnswer,
    ProfileAnswer,
    ProfilesAnswer,
    ProfilesPage,
    PublicProfile,
    PublicProfileAnswer,
    TracksAnswer,
    UserProfile,
)
from .pages import next_cursor


class Unchanged(Enum):
    """What is not changed. ``None`` cannot say so: it clears."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED
_Unchanged = Literal[Unchanged.UNCHANGED]


class Profiles:
    """``client.profiles``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def by_id(self, user_id: str) -> UserProfile:
        """The profile of a user. Raises :class:`NotFound`."""
        answer = self._caller.call(operations.READ_PROFILE, parts={"id": user_id})
        return decode(ProfileAnswer, answer.json()).data

    def by_username(self, username: str) -> UserProfile:
        """The profile of a user, by name, whatever its case. Raises :class:`NotFound`."""
        answer = self._caller.call(
            operations.READ_PROFILE_BY_USERNAME, parts={"username": username}
        )
        return decode(ProfileAnswer, answer.json()).data

    def all(self, *, exclude_user_id: str | None = None, limit: int = 100) -> Iterator[UserProfile]:
        """All users in the order of their ids, except ``exclude_user_id``, such as oneself. Pages
        of ``limit`` are read as the iteration comes to them.
        """
        cursor = None
        while True:
            page = self.page(exclude_user_id=exclude_user_id, limit=limit, cursor=cursor)
            yield from page.profiles
            if (cursor := page.next) is None:
                return

    def list(self, *, exclude_user_id: str | None = None) -> builtins.list[UserProfile]:
        """All users as one list, which is held in memory."""
        return [*self.all(exclude_user_id=exclude_user_id, limit=500)]

    def page(
        self, *, exclude_user_id: str | None = None, limit: int = 100, cursor: str | None = None
    ) -> ProfilesPage:
        """One page of all users, of at most 500. ``cursor`` is ``next`` of the page before."""
        query = {"excludeUserId": exclude_user_id, "limit": limit, "cursor": cursor}
        answer = self._caller.call(operations.LIST_USERS, query=query)
        return ProfilesPage(decode(ProfilesAnswer, answer.json()).profiles, next_cursor(answer))

    def public_profile(self, username: str, *, viewer_id: str | None = None) -> PublicProfile:
        """A profile with its tracks, and what it is to the viewer: the caller if not said
        otherwise. Raises :class:`NotFound`.
        """
        answer = self._caller.call(
            operations.READ_PUBLIC_PROFILE,
            parts={"username": username},
            query={"viewerId": viewer_id},
        )
        return decode(PublicProfileAnswer, answer.json()).data

    def tracks(self, username: str) -> tuple[MediaFile, ...]:
        """The newest thousand tracks of a user, the newest first. Raises :class:`NotFound`."""
        answer = self._caller.call(operations.LIST_TRACKS, parts={"username": username})
        return decode(TracksAnswer, answer.json()).data

    def audio_files(self, username: str) -> tuple[MediaFile, ...]:
        """As :meth:`tracks`, with every other file that is audio."""
        answer = self._caller.call(operations.LIST_AUDIO_FILES, parts={"username": username})
        return decode(AudioFilesAnswer, answer.json()).audio_files

    def update(
        self,
        user_id: str,
        *,
        display_name: str | None | _Unchanged = UNCHANGED,
        bio: str | None | _Unchanged = UNCHANGED,
        location: str | None | _Unchanged = UNCHANGED,
        genres: Sequence[str] | None | _Unchanged = UNCHANGED,
        instruments: Sequence[str] | None | _Unchanged = UNCHANGED,
        social_links: Mapping[str, str | None] | None | _Unchanged = UNCHANGED,
        email_notifications: bool | None = None,
        show_online_status: bool | None = None,
        private_profile: bool | None = None,
    ) -> UserProfile:
        """Changes a profile, for its owner and administrators: what is given, and nothing else.

        ``None`` clears a text, a list or the links. ``social_links`` replaces all links, of
        ``youtube``, ``vk`` and ``telegram``. Raises :class:`ValidationError` for a text that is too
        long, or no link; :class:`Forbidden` for others.
        """
        preferences = {
            "emailNotifications": email_notifications,
            "showOnlineStatus": show_online_status,
            "privateProfile": private_profile,
        }
        chosen = {name: value for name, value in preferences.items() if value is not None}
        members: dict[str, object] = {
            "displayName": display_name,
            "bio": bio,
            "location": location,
            "genres": _listed(genres),
            "instruments": _listed(instruments),
            "socialLinks": (
                dict(social_links) if isinstance(social_links, Mapping) else social_links
            ),
            "preferences": chosen or UNCHANGED,
        }
        body = {name: value for name, value in members.items() if value is not UNCHANGED}
        answer = self._caller.call(operations.UPDATE_PROFILE, parts={"id": user_id}, body=body)
        return decode(ProfileAnswer, answer.json()).data


def _listed(items: Sequence[str] | None | _Unchanged) -> object:
    return items if items is None or items is UNCHANGED else [*items]
