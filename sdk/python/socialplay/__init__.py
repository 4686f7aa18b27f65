"""Clients of SocialPlay: posts; friends, messages, presence, notifications; media; profiles; logins.

session = Session("http://localhost:3000")
session.log_in("ada@example.com", "correct horse battery staple")
SocialServiceClient("http://localhost:3000", session.token).friends.list()
MediaClient("http://localhost:3000", session.token).upload_track("song.mp3")
MusiciansClient("http://localhost:3000", session.token).profiles.by_username("ada")
SocialPlayClient("http://localhost:3000", session.token).posts.publish("Good morning")
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
from .musicians.client import MusiciansClient
from .musicians.models import (
    Activity,
    FeedPage,
    Follow,
    FollowsPage,
    ProfilePreferences,
    ProfilesPage,
    ProfileStats,
    PublicProfile,
    SocialLinks,
    UserProfile,
)
from .session import Session, SessionUser
from .social_play.client import SocialPlayClient
from .social_play.listing import Listing, Page
from .social_play.models.messages import DirectConversation, DirectMessage
from .social_play.models.notifications import GroupedNotification
from .social_play.models.posts import Comment, Draft, Post, PostWithComments
from .social_play.models.users import ListedUser, OtherUser, UserCard
from .transport.credentials import TokenProvider

__all__ = [
    "Aborted",
    "Activity",
    "AnswerUnusable",
    "ByteRange",
    "Comment",
    "Conflict",
    "ConnectionFailed",
    "DirectConversation",
    "DirectMessage",
    "Download",
    "Draft",
    "FeedPage",
    "Follow",
    "FollowsPage",
    "Forbidden",
    "GamingPlatformError",
    "GroupedNotification",
    "ListedUser",
    "Listing",
    "Loudness",
    "MediaClient",
    "MediaFile",
    "MediaMetadata",
    "MediaStatus",
    "MusiciansClient",
    "NotFound",
    "NotificationKindChange",
    "OtherUser",
    "Page",
    "Post",
    "PostWithComments",
    "ProfilePreferences",
    "ProfilesPage",
    "ProfileStats",
    "PublicProfile",
    "QuietHours",
    "RangeNotSatisfiable",
    "RateLimited",
    "ServerError",
    "Session",
    "SessionUser",
    "SocialLinks",
    "SocialPlayClient",
    "SocialServiceClient",
    "SocialServiceError",
    "TokenProvider",
    "Unauthorized",
    "UnreadableAnswer",
    "UserCard",
    "UserProfile",
    "ValidationError",
    "Waveform",
]

__version__ = "1.1.0"
