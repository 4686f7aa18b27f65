"""Accounts, sessions and their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The caller's own account. ``role`` is ``USER``, ``MODERATOR`` or ``ADMIN``."""

    id: str
    email: str
    username: str
    first_name: str | None
    last_name: str | None
    bio: str | None
    avatar: str | None
    cover_image: str | None
    date_of_birth: datetime | None
    phone: str | None
    language: str
    show_online_status: bool
    is_verified: bool
    is_active: bool
    role: str
    followers_count: int
    following_count: int
    posts_count: int
    created_at: datetime
    updated_at: datetime
    last_login_at: datetime | None
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredAccount:
    """An account that was just made."""

    id: str
    email: str
    username: str
    first_name: str | None
    last_name: str | None
    avatar: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A new account and the tokens of its first session."""

    user: RegisteredAccount
    access_token: str
    refresh_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """An account and the tokens of a new session."""

    user: Account
    access_token: str
    refresh_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens of a session."""

    access_token: str
    refresh_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSession:
    """A login that has not ended."""

    id: str
    user_agent: str | None
    ip_address: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginProvider:
    """A service that users log in with (OpenID Connect)."""

    name: str
    issuer: str
    client_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginNonce:
    """What the ID token of a login must carry; ``expires_in`` is in seconds."""

    nonce: str
    expires_in: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DataExport:
    """A copy of all data of an account. ``status`` is ``pending``, ``ready`` or ``failed``."""

    status: str
    size: int | None = None
    created_at: datetime
    ready_at: datetime | None = None
    expires_at: datetime
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoFactorState:
    """Whether logins need a one-time password."""

    enabled: bool
    enabled_at: datetime | None
    recovery_codes_left: int
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoFactorSetup:
    """The secret for an authenticator, as text and as an address for a QR code."""

    secret: str
    otpauth_url: str
