"""SocialPlay, with a running product."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
import unittest
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

import test_flows
from socialplay import (
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Session,
    SocialPlayClient,
    SocialServiceError,
    Unauthorized,
    ValidationError,
)
from support.files import png
from support.product import Product
from support.recorder import Recorder

PASSWORD = "correct horse 42"


@dataclass(frozen=True)
class Player:
    """A user registered for a test, with a client of their session."""

    id: str
    name: str
    email: str
    client: SocialPlayClient
    refresh_token: str


class SocialPlayTests(unittest.TestCase):
    recorder: ClassVar[Recorder] = test_flows.FlowTests.recorder
    has_run: ClassVar[bool] = False

    @classmethod
    def tearDownClass(cls) -> None:
        cls.has_run = True

    def setUp(self) -> None:
        self.product = Product(self.recorder)
        self.anyone = self.client()

    def client(self, api_key: str | None = None, url: str | None = None) -> SocialPlayClient:
        return self.enterContext(
            SocialPlayClient(url or self.product.url, api_key, retries=0, observer=self.recorder)
        )

    def player(self) -> Player:
        name = "p" + uuid.uuid4().hex[:20]
        email = f"{name}@example.com"
        made = self.anyone.accounts.register(email, name, PASSWORD, first_name="Ada")
        client = self.client(made.access_token)
        return Player(made.user.id, name, email, client, made.refresh_token)

    def administrator(self) -> SocialPlayClient:
        return self.client(self.product.administrator_token())

    def refused(
        self,
        kind: type[SocialServiceError],
        status: int,
        call: Callable[..., object],
        *arguments: object,
        **options: object,
    ) -> SocialServiceError:
        with self.assertRaises(kind) as caught:
            call(*arguments, **options)
        error = caught.exception
        self.assertEqual((type(error), error.status), (kind, status))
        self.assertTrue(error.message and error.request_id)
        return error

    # Accounts

    def test_an_account_logs_in_and_its_sessions_end(self) -> None:
        ada = self.player()
        accounts = self.anyone.accounts
        first = accounts.log_in(ada.email, PASSWORD)
        second = accounts.log_in(ada.email, PASSWORD)
        self.assertEqual(first.user.username, ada.name)
        client = self.client(first.access_token)
        sessions = client.accounts.sessions()
        self.assertEqual([session.is_current for session in sessions].count(True), 1)
        other = next(session for session in sessions if not session.is_current)
        client.accounts.end_session(other.id)
        self.assertEqual(len(client.accounts.sessions()), 2)
        client.accounts.end_other_sessions()
        self.assertEqual(len(client.accounts.sessions()), 1)
        self.refused(NotFound, 404, client.accounts.end_session, other.id)
        self.refused(Unauthorized, 401, accounts.refresh, second.refresh_token)
        tokens = accounts.refresh(first.refresh_token)
        client.accounts.change_password(PASSWORD, "another horse 43")
        self.refused(Unauthorized, 401, accounts.log_in, ada.email, PASSWORD)
        accounts.log_out(tokens.refresh_token)
        self.refused(Unauthorized, 401, accounts.refresh, tokens.refresh_token)

    def test_the_tokens_of_a_session_of_any_surface_are_good(self) -> None:
        name = "p" + uuid.uuid4().hex[:20]
        session = self.enterContext(Session(self.product.url))
        user = session.register(f"{name}@example.com", name, PASSWORD)
        with SocialPlayClient(self.product.url, session.token) as client:
            self.assertEqual(client.me.read().id, user.id)

    def test_a_forgotten_password_is_answered_alike_for_any_address(self) -> None:
        ada = self.player()
        self.anyone.accounts.forget_password(ada.email)
        self.anyone.accounts.forget_password("nobody@example.com")
        ada.client.accounts.resend_verification()
        self.refused(
            ValidationError, 400, self.anyone.accounts.reset_password, "x" * 43, "another horse 43"
        )
        self.refused(ValidationError, 400, self.anyone.accounts.verify_email, "x" * 43)

    def test_without_a_provider_there_is_no_login_with_one(self) -> None:
        accounts = self.anyone.accounts
        self.assertEqual(accounts.providers(), ())
        self.refused(NotFound, 404, accounts.begin_provider_login, "keycloak")
        self.refused(NotFound, 404, accounts.log_in_with_provider, "keycloak", "a.b.c")

    def test_all_wrong_members_are_named(self) -> None:
        error = self.refused(
            ValidationError, 400, self.anyone.accounts.register, "no address", "a", "short"
        )
        self.assertEqual({*error.fields}, {"email", "username", "password"})
        self.assertEqual(error.code, "VALIDATION_ERROR")
        ada = self.player()
        name = "p" + uuid.uuid4().hex[:20]
        register = self.anyone.accounts.register
        error = self.refused(ValidationError, 400, register, ada.email, name, PASSWORD)
        self.assertEqual((error.message, error.fields), ("User already exists", {}))

    def test_a_login_with_two_factors(self) -> None:
        ada = self.player()
        me, accounts = ada.client.me, self.anyone.accounts
        self.assertFalse(me.two_factor().enabled)
        setup = me.begin_two_factor()
        self.refused(Unauthorized, 401, me.confirm_two_factor, "none")
        codes = me.confirm_two_factor(totp(setup.secret))
        self.assertTrue(me.two_factor().enabled and codes)
        error = self.refused(Unauthorized, 401, accounts.log_in, ada.email, PASSWORD)
        self.assertEqual(error.code, "TWO_FACTOR_REQUIRED")
        accounts.log_in(ada.email, PASSWORD, codes[0])
        self.refused(Unauthorized, 401, accounts.log_in, ada.email, PASSWORD, codes[0])
        # The password of the next step is good a step before.
        renewed = me.renew_recovery_codes(totp(setup.secret, 30))
        self.assertFalse({*renewed} & {*codes})
        me.disable_two_factor(password=PASSWORD, totp=renewed[0])
        self.assertFalse(me.two_factor().enabled)

    def test_the_own_account_changes_in_what_is_given(self) -> None:
        ada = self.player()
        account = ada.client.me.update(last_name="Lovelace", bio="Counts", language="en")
        self.assertEqual((account.first_name, account.last_name), ("Ada", "Lovelace"))
        account = ada.client.me.update(bio=None, show_online_status=False)
        self.assertEqual((account.bio, account.show_online_status), (None, False))
        found = ada.client.me.read()
        self.assertEqual((found.last_name, found.etag is not None), ("Lovelace", True))
        error = self.refused(
            ValidationError, 400, ada.client.me.update, first_name="x" * 101, bio="x" * 5001
        )
        self.assertEqual({*error.fields}, {"firstName", "bio"})
        today = datetime.now(UTC).date()
        report = ada.client.me.analytics(first_day=today - timedelta(days=1), last_day=today)
        self.assertEqual([day.day for day in report.days][-1], str(today))
        self.refused(
            ValidationError, 400, ada.client.me.analytics, first_day=today, last_day=date(2000, 1, 1)
        )

    def test_all_data_is_exported(self) -> None:
        ada = self.player()
        self.refused(NotFound, 404, ada.client.me.export)
        self.assertIn(ada.client.me.request_export().status, ("pending", "ready"))
        deadline = time.monotonic() + 60
        while ada.client.me.export().status != "ready":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        self.assertIn(ada.email, str(ada.client.me.download_export()))

    def test_an_account_ends(self) -> None:
        ada, bob = self.player(), self.player()
        ada.client.me.deactivate()
        self.refused(Unauthorized, 401, ada.client.me.read)
        self.refused(NotFound, 404, bob.client.users.read, ada.id)
        bob.client.me.delete()
        self.refused(Unauthorized, 401, self.anyone.accounts.log_in, bob.email, PASSWORD)

    # Users

    def test_follows_blocks_and_mutes(self) -> None:
        ada, bob, eve = self.player(), self.player(), self.player()
        for fan in (bob, eve):
            fan.client.users.follow(ada.id)
        self.refused(ValidationError, 400, bob.client.users.follow, ada.id)
        self.assertTrue(bob.client.users.read(ada.id).is_following)
        followers = self.anyone.users.followers(ada.id, limit=1)
        self.assertEqual([user.id for user in followers], [eve.id, bob.id])
        self.assertEqual([user.id for user in self.anyone.users.following(bob.id)], [ada.id])
        ada.client.users.remove_follower(eve.id)
        bob.client.users.unfollow(ada.id)
        self.assertEqual(self.anyone.users.read(ada.id).followers_count, 0)
        self.assertEqual(ada.client.users.search(bob.name)[0].id, bob.id)

        ada.client.users.block(eve.id)
        self.assertEqual([user.id for user in ada.client.users.blocks()], [eve.id])
        self.refused(NotFound, 404, eve.client.users.read, ada.id)
        ada.client.users.unblock(eve.id)
        ada.client.users.mute(bob.id)
        self.assertEqual([user.id for user in ada.client.users.mutes()], [bob.id])
        ada.client.users.unmute(bob.id)
        self.assertEqual([*ada.client.users.mutes()], [])

    # Posts

    def test_a_post_is_published_changed_and_deleted(self) -> None:
        ada, bob = self.player(), self.player()
        key = str(uuid.uuid4())
        post = ada.client.posts.publish("Good morning", idempotency_key=key)
        self.assertEqual(ada.client.posts.publish("Good morning", idempotency_key=key).id, post.id)
        self.refused(Conflict, 409, ada.client.posts.publish, "Else", idempotency_key=key)
        found = self.anyone.posts.read(post.id)
        self.assertEqual((found.content, found.author.username), ("Good morning", ada.name))
        changed = ada.client.posts.update(post.id, content="Good night", if_match=found.etag)
        self.assertIsNotNone(changed.edited_at)
        error = self.refused(
            Conflict, 412, ada.client.posts.update, post.id, content="No", if_match=found.etag
        )
        self.assertEqual(error.code, "PRECONDITION_FAILED")
        versions = [*ada.client.posts.versions(post.id)]
        self.assertEqual([one.content for one in versions], ["Good night", "Good morning"])
        self.refused(Forbidden, 403, bob.client.posts.update, post.id, content="Mine")
        ada.client.posts.delete(post.id)
        self.refused(NotFound, 404, self.anyone.posts.read, post.id)

    def test_lists_of_posts_are_read_page_by_page(self) -> None:
        ada, bob = self.player(), self.player()
        bob.client.users.follow(ada.id)
        word = "w" + uuid.uuid4().hex
        sent = [ada.client.posts.publish(f"{word} #{word} {i}").id for i in range(3)][::-1]
        hidden = ada.client.posts.publish("Mine alone", visibility="PRIVATE").id
        for listing in (
            self.anyone.users.posts(ada.id, limit=2),
            bob.client.posts.feed(limit=2),
            self.anyone.posts.with_hashtag(word, limit=2),
        ):
            self.assertEqual([post.id for post in listing], sent)
        own = ada.client.posts.own(limit=2)
        self.assertEqual([post.id for post in own], [hidden, *sent])
        first = own.page()
        assert first.pagination is not None
        self.assertEqual((first.pagination.total, len(first.entries)), (4, 2))
        self.assertEqual(own.page(2).entries, own.page(cursor=first.next).entries)
        self.assertEqual(len(self.anyone.posts.all(limit=1).page().entries), 1)
        self.assertEqual(self.anyone.posts.hashtag(word).posts_count, 3)
        self.assertEqual([one.tag for one in self.anyone.posts.hashtags(word[:20])], [word])
        self.until(lambda: len([*self.anyone.posts.search(word, limit=2)]) == 3)

    def test_likes_shares_and_bookmarks(self) -> None:
        ada, bob = self.player(), self.player()
        post = ada.client.posts.publish("Like me").id
        posts = bob.client.posts
        posts.like(post)
        self.refused(ValidationError, 400, posts.like, post)
        posts.share(post)
        posts.bookmark(post)
        found = posts.read(post)
        self.assertEqual(
            (found.likes_count, found.shares_count, found.is_liked, found.is_bookmarked),
            (1, 1, True, True),
        )
        self.assertEqual([one.user.id for one in posts.likes(post)], [bob.id])
        self.assertEqual([one.user.id for one in posts.shares(post)], [bob.id])
        self.assertEqual([one.id for one in posts.bookmarks()], [post])
        self.assertEqual([one.id for one in self.anyone.users.shares(bob.id)], [post])
        posts.unlike(post)
        posts.unshare(post)
        posts.remove_bookmark(post)
        self.refused(ValidationError, 400, posts.unlike, post)

    def test_comments_and_replies(self) -> None:
        ada, bob = self.player(), self.player()
        post = ada.client.posts.publish("Say something").id
        comment = bob.client.comments.add(post, "Something")
        reply = ada.client.comments.reply(comment.id, "Thanks")
        self.assertEqual(reply.parent_id, comment.id)
        listed = [one.id for one in self.anyone.comments.of_post(post, limit=1)]
        self.assertEqual(listed, [reply.id, comment.id])
        found = bob.client.comments.read(comment.id)
        changed = bob.client.comments.update(comment.id, "Else", if_match=found.etag)
        self.assertEqual(changed.content, "Else")
        self.refused(Forbidden, 403, ada.client.comments.update, comment.id, "Mine")
        self.assertEqual(len(self.anyone.posts.read(post).comments), 2)
        ada.client.comments.delete(comment.id)
        self.refused(NotFound, 404, bob.client.comments.read, reply.id)

    def test_drafts_are_kept_and_published(self) -> None:
        ada = self.player()
        drafts = ada.client.drafts
        draft = drafts.create("Later", visibility="FOLLOWERS")
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        found = drafts.read(draft.id)
        changed = drafts.update(draft.id, publish_at=tomorrow, if_match=found.etag)
        self.assertIsNotNone(changed.post_id)
        self.assertIsNone(drafts.update(draft.id, publish_at=None).publish_at)
        self.assertEqual([one.id for one in drafts.list(limit=1)], [draft.id])
        post = drafts.publish(draft.id)
        self.assertEqual((post.content, post.visibility), ("Later", "FOLLOWERS"))
        other = drafts.create("Never")
        drafts.delete(other.id)
        self.refused(NotFound, 404, drafts.read, other.id)
        scheduled = ada.client.posts.publish("Soon", published_at=tomorrow)
        self.refused(NotFound, 404, self.anyone.posts.read, scheduled.id)
        with self.assertRaises(ValueError):
            ada.client.posts.publish("When?", published_at=datetime(2099, 1, 1))

    def test_a_picture_is_uploaded_for_a_post(self) -> None:
        ada = self.player()
        address = ada.client.upload_picture(png(8), file_name="dot.png")
        post = ada.client.posts.publish("See", media_urls=[address], media_type="IMAGE")
        self.assertEqual(post.media_urls, (address,))
        self.refused(ValidationError, 400, ada.client.upload_picture, b"no picture")

    # Messages and notifications

    def test_messages_between_two_users(self) -> None:
        ada, bob = self.player(), self.player()
        word = "w" + uuid.uuid4().hex
        key = str(uuid.uuid4())
        first = ada.client.messages.send(bob.id, f"Hello {word}", idempotency_key=key)
        again = ada.client.messages.send(bob.id, f"Hello {word}", idempotency_key=key)
        self.assertEqual(again.id, first.id)
        second = ada.client.messages.send(bob.id, "Are you there?")
        messages = bob.client.messages
        self.assertEqual(messages.unread_count(), 2)
        history = [one.id for one in messages.history(ada.id, limit=1)]
        self.assertEqual(history, [second.id, first.id])
        (conversation,) = messages.conversations(limit=1)
        self.assertEqual((conversation.user.id, conversation.unread_count), (ada.id, 2))
        self.assertTrue(messages.mark_read(first.id).is_read)
        self.assertEqual(messages.react(first.id, "👍").reactions[0].emoji, "👍")
        self.assertEqual(messages.end_reaction(first.id).reactions, ())
        (found,) = messages.search(word)
        self.assertEqual((found.id, found.user.id), (first.id, ada.id))
        changed = ada.client.messages.update(second.id, content="Are you here?")
        self.assertIsNotNone(changed.edited_at)
        self.refused(Forbidden, 403, messages.update, second.id, content="No")
        messages.delete(first.id)
        ada.client.messages.delete(second.id, for_both=True)
        self.assertEqual([*messages.history(ada.id)], [])
        self.assertEqual(len([*ada.client.messages.history(bob.id)]), 1)

    def test_notifications_come_in_groups(self) -> None:
        ada, bob, eve = self.player(), self.player(), self.player()
        post = ada.client.posts.publish("Like me").id
        bob.client.posts.like(post)
        eve.client.posts.like(post)
        inbox = ada.client.notifications
        self.until(lambda: [one.others_count for one in inbox.list()] == [1])
        (group,) = inbox.list(limit=1)
        self.assertEqual((group.type, group.entity_id), ("LIKE", post))
        self.assertEqual(inbox.unread_count(), 1)
        self.assertTrue(inbox.mark_read(group.id).is_read)
        bob.client.users.follow(ada.id)
        self.until(lambda: inbox.unread_count() == 1)
        inbox.mark_all_read()
        self.assertEqual(inbox.unread_count(), 0)
        inbox.delete(group.id)
        self.assertEqual([one.type for one in inbox.list()], ["FOLLOW"])
        self.refused(NotFound, 404, inbox.delete, group.id)

    # Moderation and administration

    def test_a_report_is_decided_and_appealed(self) -> None:
        ada, bob, judge = self.player(), self.player(), self.player()
        administrator = self.administrator()
        administrator.administration.set_role(judge.id, "MODERATOR")
        moderation = self.client(
            self.anyone.accounts.log_in(judge.email, PASSWORD).access_token
        ).moderation
        self.refused(Forbidden, 403, bob.client.moderation.cases().page)
        post = ada.client.posts.publish("Spam").id
        report = bob.client.reports.report("POST", post, "SPAM", details="Twice")
        self.assertEqual([one.id for one in bob.client.reports.own()], [report.id])
        case = next(one for one in moderation.cases(limit=50) if one.target_id == post)
        self.assertEqual(moderation.assign(case.id).assignee.id, judge.id)
        self.assertIsNone(moderation.release(case.id).assignee)
        self.assertEqual(moderation.case(case.id).reports[0].details, "Twice")
        removed = moderation.remove(case.id, "Advertisement")
        self.assertEqual(removed.outcome, "REMOVED")
        self.refused(NotFound, 404, self.anyone.posts.read, post)
        (action,) = ada.client.reports.actions_against_me()
        self.assertEqual(ada.client.reports.appeal(action.id, "It was none").appeal, "It was none")
        self.assertIn(action.id, [one.id for one in administrator.moderation.appeals(limit=50)])
        decided = administrator.moderation.decide(action.id, "UPHELD", "It was")
        self.assertEqual(decided.decision, "UPHELD")
        audit = administrator.moderation.audit(limit=50).page().entries
        self.assertIn(case.id, [one.case_id for one in audit])

    def test_a_case_ends_with_a_dismissal_a_warning_a_limit_or_a_suspension(self) -> None:
        bob = self.player()
        moderation = self.administrator().moderation
        ends: dict[str, Callable[[str], object]] = {
            "DISMISSED": lambda case: moderation.dismiss(case, "Nothing"),
            "WARNED": lambda case: moderation.warn(case, "Be kind"),
            "LIMITED": lambda case: moderation.limit(case, "Be quiet", 1),
            "SUSPENDED": lambda case: moderation.suspend(case, "Go away", 1),
        }
        for outcome, end in ends.items():
            owner = self.player()
            bob.client.reports.report("PROFILE", owner.id, "SPAM")
            case = next(one for one in moderation.cases(limit=50) if one.target_id == owner.id)
            end(case.id)
            self.assertEqual(moderation.case(case.id).outcome, outcome)

    def test_an_administrator_closes_accounts_and_announces(self) -> None:
        ada = self.player()
        administration = self.administrator().administration
        self.assertFalse(administration.set_active(ada.id, False).is_active)
        self.refused(Unauthorized, 401, ada.client.me.read)
        self.assertTrue(administration.set_active(ada.id, True).is_active)
        accounts = self.anyone.accounts
        client = self.client(accounts.log_in(ada.email, PASSWORD).access_token)
        codes = client.me.confirm_two_factor(totp(client.me.begin_two_factor().secret))
        self.assertTrue(codes)
        administration.reset_two_factor(ada.id)
        client = self.client(accounts.log_in(ada.email, PASSWORD).access_token)
        key = str(uuid.uuid4())
        announced = administration.announce("Maintenance", "At night", idempotency_key=key)
        again = administration.announce("Maintenance", "At night", idempotency_key=key)
        self.assertEqual(announced, again)
        self.assertTrue(administration.analytics().days)
        self.refused(Forbidden, 403, client.administration.analytics)

    def test_too_many_requests_say_when_to_come_again(self) -> None:
        client = self.client(url=self.product.limited_url())
        with self.assertRaises(RateLimited) as caught:
            for _ in range(200):
                client.posts.all(limit=1).page()
        self.assertEqual(caught.exception.code, "RATE_LIMIT_EXCEEDED")
        self.assertGreater(caught.exception.retry_after or 0, 0)

    def until(self, condition: Callable[[], bool]) -> None:
        """Returns when workers have made something so."""
        deadline = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)


def totp(secret: str, ahead: int = 0) -> str:
    """The one-time password of an authenticator (RFC 6238), some seconds ahead."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int(time.time() + ahead) // 30)
    digest = hmac.digest(key, counter, hashlib.sha1)
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
