"""The Social Service's client under its earlier name: everything is in the package ``socialplay``.

Every module of this package is the module of that name in ``socialplay``, so that what earlier code
imports, such as ``gaming_platform_sdk.errors``, is the same class here and there.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import socialplay
from socialplay import (
    AnswerUnusable,
    Conflict,
    ConnectionFailed,
    Forbidden,
    GamingPlatformError,
    NotFound,
    NotificationKindChange,
    QuietHours,
    RateLimited,
    ServerError,
    SocialServiceClient,
    SocialServiceError,
    Unauthorized,
    ValidationError,
)

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

__version__ = "1.1.0"


def _alias_modules() -> None:
    for module in pkgutil.walk_packages(socialplay.__path__, "socialplay."):
        name = module.name.removeprefix("socialplay.")
        loaded = importlib.import_module(module.name)
        sys.modules[f"{__name__}.{name}"] = loaded
        if "." not in name:
            globals()[name] = loaded


_alias_modules()
