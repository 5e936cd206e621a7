"""Counts what holds and what does not."""
import time
import traceback


class Failed(Exception):
    """An expectation that does not hold."""


def expect(condition, what):
    if not condition:
        raise Failed(what)


def expect_equal(actual, expected, what):
    if actual != expected:
        raise Failed(f"{what} is {actual!r}, expected {expected!r}")


class Cases:
    """Runs test cases one after the other; one that fails does not keep the next from running."""

    def __init__(self, pattern=""):
        self.pattern = pattern.lower()
        self.passed = 0
        self.failed = 0

    def run(self, name, function, *arguments):
        if self.pattern not in name.lower():
            return
        start = time.monotonic()
        try:
            function(*arguments)
            self.passed += 1
            verdict = "  ok"
        except Failed as failure:
            self.failed += 1
            print(f"      {failure}")
            verdict = "FAIL"
        except Exception:  # pylint: disable=broad-exception-caught
            self.failed += 1
            traceback.print_exc()
            verdict = "FAIL"
        print(f"{verdict}  {name} ({time.monotonic() - start:.1f} s)", flush=True)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0
