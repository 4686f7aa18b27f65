"""Accounts, logins and other users of SocialPlay, with a running product."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

import test_flows
from socialplay import NotFound, Session, SocialPlayClient, Unauthorized, ValidationError
from support.players import PASSWORD, SocialPlayCase, totp
from support.recorder import Recorder


class AccountTests(SocialPlayCase):
    recorder: ClassVar[Recorder] = test_flows.FlowTests.recorder

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
