"""Clients of SocialPlay: friends, messages, presence, notifications; media; logins.

session = Session("http://localhost:3000")
session.log_in("ada@example.com", "correct horse battery staple")
SocialServiceClient("http://localhost:3000", session.token).friends.list()
MediaClient("http://localhost:3000", session.token).upload_track("song.mp3")
"""

from .client import SocialServiceClient
from .errors import (
    Aborted,
    AnswerUnusable,
    Conflict,
    ConnectionFailed,
    Forbidden,
    GamingPlatformError,
    NotFound,
    RangeNotSatisfiable,
    RateLimited,
    ServerError,
    SocialServiceError,
    Unauthorized,
    UnreadableAnswer,
    ValidationError,
)
from .media.client import MediaClient
from .media.download import ByteRange, Download
from .media.models import Loudness, MediaFile, MediaMetadata, MediaStatus, Waveform
from .models.notifications import NotificationKindChange, QuietHours
from .session import Session, SessionUser
from .transport.credentials import TokenProvider

__all__ = [
    "Aborted",
    "AnswerUnusable",
    "ByteRange",
    "Conflict",
    "ConnectionFailed",
    "Download",
    "Forbidden",
    "GamingPlatformError",
    "Loudness",
    "MediaClient",
    "MediaFile",
    "MediaMetadata",
    "MediaStatus",
    "NotFound",
    "NotificationKindChange",
    "QuietHours",
    "RangeNotSatisfiable",
    "RateLimited",
    "ServerError",
    "Session",
    "SessionUser",
    "SocialServiceClient",
    "SocialServiceError",
    "TokenProvider",
    "Unauthorized",
    "UnreadableAnswer",
    "ValidationError",
    "Waveform",
]

__version__ = "1.1.0"
