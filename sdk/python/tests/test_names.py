"""The package can be imported under its name and under the earlier one."""

from __future__ import annotations

import os
import subprocess
import sys
import unittest

PACKAGES = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

PROGRAM = """
import gaming_platform_sdk
import gaming_platform_sdk.models.friends as friends
import socialplay
import socialplay.models.friends
from gaming_platform_sdk import *
from gaming_platform_sdk import errors, operations
from gaming_platform_sdk.errors import NotFound as NamedNotFound
from gaming_platform_sdk.models.notifications import QuietHours as NamedQuietHours
from gaming_platform_sdk.transport.exchange import Exchange

for name in gaming_platform_sdk.__all__:
    assert getattr(gaming_platform_sdk, name) is getattr(socialplay, name), name
assert NamedNotFound is NotFound is socialplay.NotFound and errors.NotFound is NotFound
assert NamedQuietHours is QuietHours
assert friends is socialplay.models.friends
assert operations.HEALTH.path == "/v1/health"
with SocialServiceClient("http://127.0.0.1:9", "key", retries=0) as client:
    try:
        client.health()
    except socialplay.ConnectionFailed:
        print("ok", Exchange.__module__)
"""


class NameTests(unittest.TestCase):
    def test_the_earlier_package_has_the_same_modules_and_classes(self) -> None:
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join((PACKAGES, os.path.join(PACKAGES, "gaming-platform-sdk")))
        }
        found = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=environment,
            cwd="/",
            capture_output=True,
            text=True,
        )
        self.assertEqual((found.stderr, found.stdout), ("", "ok socialplay.transport.exchange\n"))
