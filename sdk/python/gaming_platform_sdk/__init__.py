"""A client of the Social Service of the gaming platform: friends, messages, presence,
notifications.

client = SocialServiceClient("https://api.gaming-platform.ru/social", api_key="...")
client.friends.send_request(to_user_id="...", message="Let us play!")
"""

from .client import SocialServiceClient
from .errors import (
    AnswerUnusable,
    Conflict,
    ConnectionFailed,
    Forbidden,
    GamingPlatformError,
    NotFound,
    RateLimited,
    ServerError,
    SocialServiceError,
    Unauthorized,
    ValidationError,
)
from .models.notifications import NotificationKindChange, QuietHours

__all__ = [
    "AnswerUnusable",
    "Conflict",
    "ConnectionFailed",
    "Forbidden",
    "GamingPlatformError",
    "NotFound",
    "NotificationKindChange",
    "QuietHours",
    "RateLimited",
    "ServerError",
    "SocialServiceClient",
    "SocialServiceError",
    "Unauthorized",
    "ValidationError",
]

__version__ = "1.0.0"
