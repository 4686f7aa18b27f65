"""The client, the product and the product's OpenAPI document say the same."""

from __future__ import annotations

import unittest
from typing import ClassVar

import test_flows
import test_media
import test_musicians
import test_social_play_accounts
import test_social_play_messages
import test_social_play_moderation
import test_social_play_posts
import test_uploads
from socialplay import operations, session
from socialplay.media import operations as media
from socialplay.musicians import operations as musicians
from socialplay.social_play import operations as social_play
from support.document import Document
from support.product import Product
from support.recorder import Recorder


class DocumentTests(unittest.TestCase):
    document: ClassVar[Document]
    recorder: ClassVar[Recorder]

    @classmethod
    def setUpClass(cls) -> None:
        """Runs all flows, unless they have run, because their responses are compared."""
        cls.document = Document(Product().document())
        cls.recorder = test_flows.FlowTests.recorder
        for flows in (
            test_flows.FlowTests,
            test_media.MediaTests,
            test_uploads.UploadTests,
            test_musicians.MusicianTests,
            test_social_play_accounts.AccountTests,
            test_social_play_posts.PostTests,
            test_social_play_messages.MessageTests,
            test_social_play_moderation.ModerationTests,
        ):
            if flows.has_run:
                continue
            result = unittest.TestResult()
            unittest.defaultTestLoader.loadTestsFromTestCase(flows).run(result)
            failed = [str(test) for test, _ in result.failures + result.errors]
            if failed:
                raise AssertionError(f"The flows must pass first; these failed: {failed}")

    def test_the_table_has_every_operation_of_the_document_and_no_other(self) -> None:
        table = {(operation.method, operation.path) for operation in operations.ALL}
        self.assertEqual(len(table), len(operations.ALL))
        self.assertEqual(table, self.document.operations("/v1/", "/integration/"))

    def test_the_table_of_media_has_every_operation_of_the_document_and_no_other(self) -> None:
        operations = (*media.ALL, *media.UPLOADS)
        table = {(operation.method, operation.path) for operation in operations}
        self.assertEqual(len(table), len(operations))
        # A client of tus 1.0 need not ask, and can send PATCH.
        one = "/media/uploads/{uploadId}"
        uncalled = {("OPTIONS", "/media/uploads"), ("OPTIONS", one), ("POST", one)}
        # Behind an address that an upload answers, for whatever shows pictures.
        uncalled.add(("GET", "/media/file/{userId}/{fileName}"))
        self.assertEqual(table, self.document.operations("/media/") - uncalled)

    def test_the_tables_of_accounts_and_musicians_have_every_operation_and_no_other(self) -> None:
        operations = (*session.ALL, *musicians.ALL)
        table = {(operation.method, operation.path) for operation in operations}
        self.assertEqual(len(table), len(operations))
        aliases = {("POST", "/social/unfollow/{userId}"), ("GET", "/social/profile/{username}")}
        documented = self.document.operations("/auth/", "/users", "/social/")
        self.assertEqual(table, documented - aliases)

    def test_the_table_of_social_play_has_every_operation_and_no_other(self) -> None:
        table = {(operation.method, operation.path) for operation in social_play.ALL}
        self.assertEqual(len(table), len(social_play.ALL))
        # The same as PUT.
        alias = {("POST", "/api/v1/users/me/two-factor/confirm")}
        self.assertEqual(table, self.document.operations("/api/v1/") - alias)

    def test_every_operation_has_been_called_with_success(self) -> None:
        called = {
            exchange.operation
            for exchange in self.recorder.exchanges
            if exchange.answer.status < 300
        }
        # A waveform is there when a worker has computed it, which no flow waits for; the others need a
        # mail or a provider of logins.
        uncalled = {
            media.READ_WAVEFORM,
            social_play.RESET_PASSWORD,
            social_play.VERIFY_EMAIL,
            social_play.BEGIN_PROVIDER_LOGIN,
            social_play.LOG_IN_WITH_PROVIDER,
        }
        every = {
            *operations.ALL,
            *media.ALL,
            *media.UPLOADS,
            *session.ALL,
            *musicians.ALL,
            *social_play.ALL,
        }
        self.assertEqual(called - uncalled, every - uncalled)

    def test_every_answer_is_as_the_document_says(self) -> None:
        faults = {
            fault
            for exchange in self.recorder.exchanges
            for fault in self.document.faults(exchange)
        }
        self.assertEqual(sorted(faults), [])
