"""Posts, comments and drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .users import UserCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment. ``parent_id`` is the comment that it replies to."""

    id: str
    content: str
    post_id: str
    author_id: str
    parent_id: str | None
    created_at: datetime
    updated_at: datetime
    edited_at: datetime | None
    author: UserCard
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post. ``visibility`` is ``PUBLIC``, ``FOLLOWERS`` or ``PRIVATE``, ``media_type`` ``IMAGE``,
    ``VIDEO`` or ``DOCUMENT``. ``is_bookmarked`` is there where one post is read; ``etag`` as well,
    for ``if_match``.
    """

    id: str
    content: str
    media_urls: tuple[str, ...]
    media_type: str | None
    visibility: str
    likes_count: int
    comments_count: int
    shares_count: int
    author_id: str
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    edited_at: datetime | None
    author: UserCard
    is_liked: bool
    is_bookmarked: bool | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWithComments(Post):
    """A post with its last comments."""

    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPost(Post):
    """A post that a user has shared."""

    shared_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BookmarkedPost(Post):
    """A post that the caller has bookmarked."""

    bookmarked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMark:
    """A like or a share."""

    created_at: datetime
    user: UserCard


@dataclass(frozen=True, slots=True, kw_only=True)
class PostVersion:
    """A text that a post has or had."""

    content: str
    media_urls: tuple[str, ...]
    created_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashtag:
    """A hashtag, without its sign."""

    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HashtagCount:
    """A hashtag and in how many posts it is."""

    tag: str
    posts_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A post that is not published. With ``publish_at`` it will be by itself, as ``post_id``."""

    id: str
    content: str
    media_urls: tuple[str, ...]
    media_type: str | None
    visibility: str
    publish_at: datetime | None
    post_id: str | None
    created_at: datetime
    updated_at: datetime
    etag: str | None = None
