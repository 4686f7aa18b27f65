"""Reports, moderation and administration, with a running product."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import ClassVar

import test_flows
from socialplay import Forbidden, NotFound, RateLimited, Unauthorized
from support.players import PASSWORD, SocialPlayCase, totp
from support.recorder import Recorder


class ModerationTests(SocialPlayCase):
    recorder: ClassVar[Recorder] = test_flows.FlowTests.recorder

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
