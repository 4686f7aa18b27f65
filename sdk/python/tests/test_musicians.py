"""Profiles, follows and the feed, with a running product."""

from __future__ import annotations

import functools
import time
import unittest
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import test_flows
from socialplay import (
    Conflict,
    Forbidden,
    MediaClient,
    MusiciansClient,
    NotFound,
    RateLimited,
    Session,
    SocialLinks,
    SocialServiceError,
    Unauthorized,
    ValidationError,
)
from support.files import wave
from support.product import Product
from support.recorder import Recorder

PASSWORD = "correct horse 42"


@dataclass(frozen=True)
class Person:
    """A user registered for a test, with the clients of their session."""

    id: str
    name: str
    session: Session
    media: MediaClient
    musicians: MusiciansClient


class MusicianTests(unittest.TestCase):
    recorder: ClassVar[Recorder] = test_flows.FlowTests.recorder
    has_run: ClassVar[bool] = False

    @classmethod
    def tearDownClass(cls) -> None:
        cls.has_run = True

    def setUp(self) -> None:
        self.product = Product(self.recorder)
        self.anyone = self.client()

    def client(self, api_key: str | None = None, url: str | None = None) -> MusiciansClient:
        return self.enterContext(
            MusiciansClient(url or self.product.url, api_key, retries=0, observer=self.recorder)
        )

    def person(self) -> Person:
        name = "p" + uuid.uuid4().hex[:20]
        session = self.enterContext(Session(self.product.url, observer=self.recorder))
        user = session.register(f"{name}@example.com", name, PASSWORD)
        media = MediaClient(self.product.url, session.token, observer=self.recorder)
        client = MusiciansClient(self.product.url, session.token, observer=self.recorder)
        return Person(user.id, name, session, self.enterContext(media), self.enterContext(client))

    def refused(
        self,
        kind: type[SocialServiceError],
        status: int,
        code: str,
        call: Callable[..., object],
        *arguments: object,
        **options: object,
    ) -> SocialServiceError:
        with self.assertRaises(kind) as caught:
            call(*arguments, **options)
        error = caught.exception
        self.assertEqual((type(error), error.status, error.code), (kind, status, code))
        self.assertTrue(error.message and error.request_id)
        return error

    def test_a_profile_is_read_by_id_and_by_name(self) -> None:
        ada = self.person()
        profile = ada.musicians.profiles.by_id(ada.id)
        self.assertEqual(
            (profile.user_id, profile.username, profile.role), (ada.id, ada.name, "listener")
        )
        self.assertEqual((profile.bio, profile.genres, profile.following), (None, (), ()))
        self.assertEqual(profile.stats.followers_count, 0)
        self.assertTrue(profile.preferences.email_notifications)
        assert profile.created_at is not None and profile.created_at.tzinfo is not None
        self.assertEqual(self.anyone.profiles.by_username(ada.name.upper()), profile)

    def test_a_profile_changes_in_what_is_given(self) -> None:
        ada = self.person()
        profiles = ada.musicians.profiles
        changed = profiles.update(
            ada.id,
            display_name="John Doe",
            bio="Musician from Moscow",
            genres=("rock", "jazz"),
            social_links={"telegram": "@johndoe"},
            email_notifications=False,
        )
        self.assertEqual((changed.display_name, changed.genres), ("John Doe", ("rock", "jazz")))
        cleared = profiles.update(ada.id, bio=None, genres=None)
        self.assertEqual(
            (cleared.display_name, cleared.bio, cleared.genres), ("John Doe", None, ())
        )
        self.assertEqual(cleared.social_links, SocialLinks(telegram="@johndoe"))
        self.assertFalse(cleared.preferences.email_notifications)
        self.assertTrue(cleared.preferences.show_online_status)
        self.assertEqual(profiles.by_id(ada.id), cleared)

    def test_a_public_profile_has_tracks_and_says_what_it_is_to_the_viewer(self) -> None:
        owner, viewer = self.person(), self.person()
        track = owner.media.upload_track(wave(1), file_name="tone.wav")
        other = owner.media.upload_file(wave(1), file_name="podcast.wav")
        profiles = self.anyone.profiles
        self.assertEqual([file.file_id for file in profiles.tracks(owner.name)], [track.file_id])
        found = [file.file_id for file in profiles.audio_files(owner.name)]
        self.assertEqual(found, [other.file_id, track.file_id])
        unseen = profiles.public_profile(owner.name)
        self.assertEqual(
            (len(unseen.tracks), unseen.is_following, unseen.is_own_profile), (1, None, None)
        )
        viewer.musicians.follows.follow(owner.id)
        seen = viewer.musicians.profiles.public_profile(owner.name)
        self.assertEqual(
            (seen.followers_count, seen.is_following, seen.is_own_profile), (1, True, False)
        )
        own = profiles.public_profile(owner.name, viewer_id=owner.id)
        self.assertEqual((own.is_following, own.is_own_profile), (False, True))

    def test_all_users_are_iterated_over_pages_and_are_one_list(self) -> None:
        ids = sorted(self.person().id for _ in range(3))
        profiles = self.anyone.profiles
        page = profiles.page(limit=2)
        self.assertEqual((len(page.profiles), page.next), (2, page.profiles[1].user_id))
        following = profiles.page(limit=2, cursor=page.next)
        self.assertGreater(following.profiles[0].user_id, page.profiles[1].user_id)
        # Users of other tests come and go meanwhile.
        for users in (
            [*profiles.all(exclude_user_id=ids[0], limit=2)],
            profiles.list(exclude_user_id=ids[0]),
        ):
            found = [user.user_id for user in users]
            self.assertEqual(len(set(found)), len(found))
            self.assertEqual([user for user in found if user in ids], ids[1:])

    def test_users_are_read_no_further_than_the_iteration_goes(self) -> None:
        self.person(), self.person()
        recorder = Recorder()
        with MusiciansClient(self.product.url, observer=recorder) as client:
            self.assertIsNotNone(next(iter(client.profiles.all(limit=1))))
        self.assertEqual(len(recorder.exchanges), 1)

    def test_follows_begin_are_listed_and_end(self) -> None:
        ada, bob, eve = self.person(), self.person(), self.person()
        follow = ada.musicians.follows.follow(bob.id)
        self.assertEqual((follow.follower_id, follow.following_id), (ada.id, bob.id))
        self.assertEqual(ada.musicians.follows.follow(bob.id), follow)
        second = eve.musicians.follows.follow(bob.id)
        follows = self.anyone.follows
        page = follows.followers(bob.id, limit=1)
        self.assertEqual((page.follows, page.next), ((second,), second.id))
        last = follows.followers(bob.id, limit=1, cursor=page.next)
        self.assertEqual((last.follows, last.next), ((follow,), None))
        self.assertEqual([*follows.all_followers(bob.id, limit=1)], [second, follow])
        self.assertEqual([*follows.all_following(ada.id)], [follow])
        self.assertEqual(follows.following(ada.id).follows, (follow,))
        self.assertTrue(follows.is_following(ada.id, bob.id))
        self.assertFalse(follows.is_following(bob.id, ada.id))
        ada.musicians.follows.unfollow(bob.id)
        self.assertFalse(follows.is_following(ada.id, bob.id))
        self.refused(NotFound, 404, "NOT_FOUND", ada.musicians.follows.unfollow, bob.id)

    def test_the_feed_has_what_followed_users_did(self) -> None:
        ada, bob = self.person(), self.person()
        follows = ada.musicians.follows
        self.assertEqual(follows.feed(ada.id).activities, ())
        follows.follow(bob.id)
        bob.musicians.profiles.update(bob.id, bio="new")
        track = bob.media.upload_track(wave(1), file_name="Night.wav")
        end = time.monotonic() + 30
        while len((page := follows.feed(ada.id)).activities) < 2:
            self.assertLess(time.monotonic(), end, f"the feed is {page}")
            time.sleep(0.1)
        published, updated = page.activities
        self.assertEqual((published.action, published.track_id), ("track_published", track.file_id))
        self.assertEqual((updated.action, updated.track_id), ("profile_updated", None))
        self.assertIsNone(page.next)
        self.assertEqual([*follows.all_feed(ada.id, limit=1)], [published, updated])

    def test_errors_say_what_was_wrong(self) -> None:
        ada, bob = self.person(), self.person()
        profiles, follows = ada.musicians.profiles, ada.musicians.follows
        self.refused(NotFound, 404, "NOT_FOUND", profiles.by_id, str(uuid.uuid4()))
        error = self.refused(NotFound, 404, "NOT_FOUND", profiles.by_username, "nobody.here")
        self.assertEqual(error.message, "User not found")
        invalid = functools.partial(self.refused, ValidationError, 400, "VALIDATION_ERROR")
        invalid(profiles.by_id, "no-id")
        invalid(profiles.update, ada.id, display_name="x" * 101)
        invalid(follows.follow, ada.id)
        self.refused(Forbidden, 403, "FORBIDDEN", profiles.update, bob.id, bio="x")
        self.refused(Forbidden, 403, "FORBIDDEN", follows.feed, bob.id)
        self.assertRaises(ValueError, follows.follow, "..")
        self.refused(Unauthorized, 401, "UNAUTHORIZED", self.anyone.follows.follow, bob.id)
        self.refused(Unauthorized, 401, "UNAUTHORIZED", self.client("wrong").profiles.by_id, ada.id)

    def test_a_token_that_is_refused_is_renewed(self) -> None:
        ada = self.person()
        asked: list[str | None] = []

        def token(refused: str | None = None) -> str:
            asked.append(refused)
            return "expired" if refused is None else ada.session.token(refused)

        with MusiciansClient(self.product.url, token) as client:
            self.assertEqual(client.profiles.update(ada.id, location="Moscow").location, "Moscow")
        self.assertEqual(asked, [None, "expired"])

    def test_errors_say_when_a_limit_has_room_again(self) -> None:
        client = self.client("wrong", self.product.limited_url())
        for _ in range(100):
            self.assertRaises(SocialServiceError, client.profiles.by_id, str(uuid.uuid4()))
        error = self.refused(
            RateLimited, 429, "RATE_LIMIT_EXCEEDED", client.profiles.by_id, str(uuid.uuid4())
        )
        assert error.retry_after is not None
        self.assertTrue(0 < error.retry_after <= 60)

    def test_an_account_is_one_of_its_name_and_changes_its_password(self) -> None:
        ada = self.person()
        session = self.enterContext(Session(self.product.url, observer=self.recorder))
        email = f"{ada.name}@example.com"
        self.refused(Conflict, 409, "CONFLICT", session.register, f"x{email}", ada.name, PASSWORD)
        self.refused(
            Unauthorized, 401, "UNAUTHORIZED", ada.session.change_password, "another one", PASSWORD
        )
        ada.session.change_password(PASSWORD, "the next password")
        self.assertRaises(Unauthorized, session.log_in, email, PASSWORD)
        self.assertEqual(session.log_in(email, "the next password").id, ada.id)
        session.refresh()
        session.log_out()
