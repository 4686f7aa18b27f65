"""The programs of the README work when they are pasted."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import unittest
import uuid
from pathlib import Path

from socialplay import Session
from support.files import wave
from support.product import Product

PACKAGE = Path(__file__).resolve().parent.parent
PASSWORD = "correct horse battery staple"


class ReadmeTests(unittest.TestCase):
    def setUp(self) -> None:
        text = (PACKAGE / "README.md").read_text(encoding="utf-8")
        programs = re.findall(r"```python\n(.*?)```", text, re.S)
        self.programs = [program for program in programs if "session.log_in" in program]
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "song.wav").write_bytes(wave(10))
        self.name = "p" + uuid.uuid4().hex[:20]

    def run_program(self, program: str) -> str:
        url = Product().url
        with Session(url) as session:
            session.register(f"{self.name}@example.com", self.name, PASSWORD)
        program = program.replace("http://localhost:3000", url)
        program = program.replace("ada@example.com", f"{self.name}@example.com")
        found = subprocess.run(
            [sys.executable, "-W", "ignore::ResourceWarning", "-c", program],
            env=os.environ | {"PYTHONPATH": str(PACKAGE)},
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        self.assertEqual((found.returncode, found.stderr), (0, ""))
        return found.stdout

    def test_it_has_five_programs(self) -> None:
        self.assertEqual(len(self.programs), 5)

    def test_it_logs_in(self) -> None:
        self.assertEqual(self.run_program(self.programs[0]), f"{self.name} ()\n")

    def test_it_publishes_comments_and_reads(self) -> None:
        self.assertEqual(
            self.run_program(self.programs[1]),
            f"{self.name} ['And play on Sunday.']\n"
            f"{self.name}: We rehearse on Friday. #rehearsal (0 likes)\n1 of 1\n0 unread\n",
        )

    def test_it_changes_a_profile_follows_and_reads_the_feed(self) -> None:
        output = self.run_program(self.programs[2])
        self.assertRegex(
            output,
            r"\AAda of London, 0 tracks\nfollows \S+: True\n"
            r"(\S+ (track_published|profile_updated).*\n)*\Z",
        )

    def test_it_uploads_downloads_and_deletes(self) -> None:
        output = self.run_program(self.programs[3])
        self.assertRegex(output, r"160044 of 160044 bytes\n.*/media/track/")
        self.assertIn("1024 ByteRange(start=0, end=1023, total=160044)", output)
        self.assertEqual((self.folder / "copy.wav").read_bytes(), wave(10))

    def test_it_resumes(self) -> None:
        self.assertEqual(self.run_program(self.programs[4]), "160044\n")
        self.assertFalse((self.folder / "upload.url").exists())
