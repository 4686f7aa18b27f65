"""The client, the product and the product's OpenAPI document say the same."""

from __future__ import annotations

import unittest
from typing import ClassVar

from socialplay import operations
from socialplay.media import operations as media
from support.document import Document
from support.product import Product
from support.recorder import Recorder
from test_flows import FlowTests
from test_media import MediaTests


class DocumentTests(unittest.TestCase):
    document: ClassVar[Document]
    recorder: ClassVar[Recorder]

    @classmethod
    def setUpClass(cls) -> None:
        """Runs all flows, unless they have run, because their responses are compared."""
        cls.document = Document(Product().document())
        cls.recorder = FlowTests.recorder
        for flows in (FlowTests, MediaTests):
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
        table = {(operation.method, operation.path) for operation in media.ALL}
        self.assertEqual(len(table), len(media.ALL))
        self.assertEqual(table, self.document.operations("/media/"))

    def test_every_operation_has_been_called_with_success(self) -> None:
        called = {
            exchange.operation
            for exchange in self.recorder.exchanges
            if exchange.answer.status < 300
        }
        # A waveform is there when a worker has computed it, which no flow waits for.
        uncalled = {media.READ_WAVEFORM}
        self.assertEqual(called - uncalled, {*operations.ALL, *media.ALL} - uncalled)

    def test_every_answer_is_as_the_document_says(self) -> None:
        faults = {
            fault
            for exchange in self.recorder.exchanges
            for fault in self.document.faults(exchange)
        }
        self.assertEqual(sorted(faults), [])
