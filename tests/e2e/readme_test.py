"""The documents, followed by the letter: their commands run, and print what they say."""
import fcntl
import os
import pathlib
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import unittest

from services import BUILD, ROOT, Services

sys.path.insert(0, str(ROOT / "tests"))
from markdown_blocks import blocks  # noqa: E402  (the folder had to be known first)

# In the order in which a reader runs them: the clients push to what README.md has created.
DOCUMENTS = ("README.md", "tests/clients/README.md")
LEFT_OUT = "...\n"
COLUMNS = 80


def blocks_of(document):
    return blocks((ROOT / document).read_text(encoding="utf-8"))


def in_order(wanted, printed):
    """The first line of `wanted` that does not follow in `printed`; None when all do.

    Lines must follow each other at once, except after "...".
    """
    at, anywhere = 0, True
    for line in wanted:
        if line == LEFT_OUT:
            anywhere = True
            continue
        if anywhere:
            while at < len(printed) and printed[at] != line:
                at += 1
        if at == len(printed) or printed[at] != line:
            return line
        at, anywhere = at + 1, False
    return None


def run_on_terminal(command, environment):
    """Runs a command whose standard output is a terminal; (exit code, output, standard error)."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    printed = bytearray()

    def read():
        try:
            while part := os.read(ours, 65536):
                printed.extend(part)
        except OSError:
            pass  # EIO: nobody has the terminal open any more

    with os.fdopen(ours), tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=its, stderr=errors,
                                   env=environment)
        os.close(its)
        reader = threading.Thread(target=read)
        reader.start()
        try:
            code = process.wait(timeout=600)
        finally:
            process.kill()
            reader.join()
        errors.seek(0)
        return code, printed.decode().replace("\r\n", "\n"), errors.read()


class ReadmeTest(unittest.TestCase):
    def check_printed(self, document, block, printed):
        missing = in_order(block.text.splitlines(keepends=True),
                           printed.splitlines(keepends=True))
        self.assertIsNone(missing, f"{document}:{block.line} says otherwise than:\n{printed}")

    def test_their_commands_print_what_they_say(self):
        with Services() as services, tempfile.TemporaryDirectory() as folder:
            # What README puts into PATH, and the services where they are here.
            programs = pathlib.Path(folder)
            (programs / "athenactl").symlink_to(BUILD / "bin" / "athenactl")
            environment = os.environ | {
                "PATH": f"{programs}:{os.environ['PATH']}", "ATHENA_TOKEN": "everything",
                "LC_ALL": "C.UTF-8",
                "ATHENA_PLAN_ADDRESS": f"127.0.0.1:{services.plan.port}",
                "ATHENA_INDICATOR_ADDRESS": f"127.0.0.1:{services.indicator.port}",
                "ATHENA_REPORTING_ADDRESS": f"127.0.0.1:{services.reporting.port}"}
            for document in DOCUMENTS:
                self.run_document(document, environment)

    def run_document(self, document, environment):
        ran = checked = 0
        output = ""
        for block in blocks_of(document):
            if block.verb == "run":
                done = subprocess.run(
                    ["bash", "-euo", "pipefail", "-c", block.text], cwd=ROOT, env=environment,
                    capture_output=True, text=True, timeout=300, check=False)
                self.assertEqual(done.returncode, 0,
                                 f"{document}:{block.line}:\n{done.stdout}{done.stderr}")
                output = done.stdout
                ran += 1
            elif block.verb == "prints" and not block.object:
                self.check_printed(document, block, output)
                checked += 1
        self.assertGreater(ran, 0, document)
        self.assertGreater(checked, 0, document)

    def test_the_demo_prints_what_readme_shows_of_it(self):
        environment = os.environ | {
            "ATHENA_PRESET": BUILD.name, "NO_COLOR": "1", "TERM": "xterm", "LC_ALL": "C.UTF-8"}
        code, printed, errors = run_on_terminal([str(ROOT / "deploy" / "demo"), "--once"], environment)
        self.assertEqual(code, 0, errors)
        shown = [block for block in blocks_of("README.md")
                 if (block.verb, block.object) == ("prints", "demo")]
        self.assertEqual(len(shown), 1)
        self.check_printed("README.md", shown[0], printed)


class InOrderTest(unittest.TestCase):
    def test_lines_that_follow(self):
        self.assertIsNone(in_order(["b\n", "c\n", LEFT_OUT, "f\n"],
                                   ["a\n", "b\n", "c\n", "d\n", "f\n"]))

    def test_a_line_between_that_was_left_out_without_a_word(self):
        self.assertEqual(in_order(["b\n", "d\n"], ["a\n", "b\n", "c\n", "d\n"]), "d\n")

    def test_a_line_that_is_missing(self):
        self.assertEqual(in_order(["b\n", LEFT_OUT, "x\n"], ["b\n", "c\n"]), "x\n")


if __name__ == "__main__":
    unittest.main()
