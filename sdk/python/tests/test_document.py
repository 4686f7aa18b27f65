"""The client, the product and the product's OpenAPI document say the same."""

from __future__ import annotations

import unittest
from typing import ClassVar

from gaming_platform_sdk import operations
from support.document import Document
from support.product import Product
from support.recorder import Recorder
from test_flows import FlowTests


class DocumentTests(unittest.TestCase):
    document: ClassVar[Document]
    recorder: ClassVar[Recorder]

    @classmethod
    def setUpClass(cls) -> None:
        """Runs all flows, unless they have run, because their responses are compared."""
        cls.document = Document(Product().document())
        cls.recorder = FlowTests.recorder
        if not cls.recorder.exchanges:
            result = unittest.TestResult()
            unittest.defaultTestLoader.loadTestsFromTestCase(FlowTests).run(result)
            failed = [str(test) for test, _ in result.failures + result.errors]
            if failed:
                raise AssertionError(f"The flows must pass first; these failed: {failed}")

    def test_the_table_has_every_operation_of_the_document_and_no_other(self) -> None:
        table = {(operation.method, operation.path) for operation in operations.ALL}
        self.assertEqual(len(table), len(operations.ALL))
        self.assertEqual(table, self.document.operations)

    def test_every_operation_has_been_called_with_success(self) -> None:
        called = {
            exchange.operation
            for exchange in self.recorder.exchanges
            if exchange.answer.status < 300
        }
        self.assertEqual(called, set(operations.ALL))

    def test_every_answer_is_as_the_document_says(self) -> None:
        faults = {
            fault
            for exchange in self.recorder.exchanges
            for fault in self.document.faults(exchange)
        }
        self.assertEqual(sorted(faults), [])
