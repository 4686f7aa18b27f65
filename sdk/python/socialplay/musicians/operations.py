"""Every operation of profiles and follows that this package can call."""

from __future__ import annotations

from ..operation import Operation

LIST_USERS = Operation("GET", "/users")
READ_PROFILE = Operation("GET", "/users/{id}/profile")
UPDATE_PROFILE = Operation("PUT", "/users/{id}/profile")
READ_PROFILE_BY_USERNAME = Operation("GET", "/users/username/{username}")
READ_PUBLIC_PROFILE = Operation("GET", "/users/{username}/public")
LIST_TRACKS = Operation("GET", "/users/{username}/tracks")
LIST_AUDIO_FILES = Operation("GET", "/users/{username}/audio-files")

# Following a followed user is not an error.
FOLLOW = Operation("POST", "/social/follow/{userId}", is_harmless_twice=True)
UNFOLLOW = Operation("DELETE", "/social/unfollow/{userId}")
LIST_FOLLOWERS = Operation("GET", "/social/followers/{userId}")
LIST_FOLLOWING = Operation("GET", "/social/following/{userId}")
IS_FOLLOWING = Operation("GET", "/social/isFollowing/{followerId}/{followingId}")
READ_FEED = Operation("GET", "/social/feed")

ALL: tuple[Operation, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Operation)
)
"""The operations above."""
