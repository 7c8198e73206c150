"""Run the stages of `make test`, all or those named, and print a summary.

    python scripts/run_checks.py [lint] [unit] [notebooks] [book] [browser]

A stage that fails does not stop the next ones. The exit status is 1 when anything failed.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from quick_profile import quick_environment

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON_FILES = ("lessonlib", "scripts", "tests", "book/_ext", "conftest.py")
QUIET = ("-q", "-rfE")
# Two workers. A worker gets whole files, slow ones first, or single tests where one file has most
# of them. (pytest-xdist 3.8 would also take groups of tests, but loses them under pytest 9.2.)
FILES = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
SINGLE_TESTS = ("-n", "2", "--dist", "worksteal")


@dataclass(frozen=True)
class Command:
    """One program of a stage, which is stopped after `seconds`: some three times what it takes."""

    name: str
    arguments: list[str]
    seconds: int = 300
    is_pytest: bool = False
    is_counted: bool = True


@dataclass
class Result:
    """What the commands of one stage did."""

    stage: str
    seconds: float = 0.0
    passed: int = 0
    failures: list[str] = field(default_factory=list)
    skips: list[str] = field(default_factory=list)


def python(name: str, *arguments: str, **more: bool | int) -> Command:
    """Command that runs a file with this Python."""
    return Command(name, [sys.executable, *arguments], **more)


def pytest(name: str, *arguments: str, seconds: int) -> Command:
    """Command that runs pytest; its JUnit report is read afterwards, and no cache is left."""
    base = [sys.executable, "-m", "pytest", *QUIET, "-p", "no:cacheprovider"]
    return Command(name, [*base, *arguments], seconds, is_pytest=True)


def chapters(*notebooks: str, seconds: int) -> Command:
    """Command that runs notebooks from the installed wheel and compares their outputs."""
    base = [sys.executable, "scripts/run_apart.py", *QUIET]
    return Command("chapters", [*base, *notebooks], seconds, is_pytest=True)


def stages() -> dict[str, list[Command]]:
    """The commands of every stage, cheapest stage first."""
    files = [name for name in PYTHON_FILES if (ROOT / name).exists()]
    notebooks = [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("notebooks/exercises/*.ipynb")]
    names = [str(path.relative_to(ROOT)) for path in sorted(notebooks)]
    book_tests = [pytest("tests of the book", "tests/book", seconds=300)]
    large = [sys.executable, "scripts/run_large.py", *QUIET]
    ruff = ("-m", "ruff")
    return {
        "lint": [
            python("ruff check", *ruff, "check", *files),
            python("ruff format", *ruff, "format", "--check", *files),
            python("import-linter", str(BIN / "lint-imports"), "--no-cache"),
        ],
        "unit": [pytest("unit tests", *FILES, "tests/unit", seconds=1800)],
        "notebooks": [
            chapters(*names, seconds=1800),
            Command("chapters as on a GPU", large, seconds=900, is_pytest=True),
            pytest("tests of chapters", *SINGLE_TESTS, "tests/notebooks", seconds=900),
        ],
        "book": [
            python("book", "scripts/build_book.py", seconds=600),
            *(book_tests if any(ROOT.glob("tests/book/test_*.py")) else []),
        ],
        "browser": [
            python("book", "scripts/build_book.py", "--if-stale", seconds=600, is_counted=False),
            pytest("browser tests", *SINGLE_TESTS, "tests/browser", seconds=1800),
        ],
    }


def environment() -> dict[str, str]:
    """Environment of every check: the quick profile, and this Python's programs first."""
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    return quick_environment() | {"PATH": path}


def run(command: list[str], seconds: int) -> str:
    """Run a program and show its output as it runs; return what went wrong, or ''."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True)
    try:
        status = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        end(process)
        return f"took longer than {seconds} s and was stopped"
    except KeyboardInterrupt:
        end(process)
        raise
    return f"exit status {status}" if status else ""


def end(process: subprocess.Popen) -> None:
    """End a program and all that it started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        os.killpg(process.pid, sign)
        try:
            process.wait(timeout=5)
            return
        except subprocess.TimeoutExpired:
            continue


def read_report(report: Path, result: Result) -> int:
    """Add a JUnit report's tests to the result; return how many failed."""
    failed = 0
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}".removeprefix("::")
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            result.failures.append(name)
            failed += 1
        elif skip is not None:
            result.skips.append(f"{name}: {skip.get('message') or 'no reason given'}")
        else:
            result.passed += 1
    return failed


def run_command(command: Command, result: Result) -> None:
    """Run one command of a stage and add what it did to the stage's result."""
    print(f"\n--- {result.stage}: {command.name}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        extra = [f"--junitxml={report}"] if command.is_pytest else []
        problem = run([*command.arguments, *extra], command.seconds)
        failed = read_report(report, result) if report.is_file() else 0
    if problem and not failed:
        result.failures.append(f"{command.name}: {problem}")
    elif not problem and command.is_counted and not command.is_pytest:
        result.passed += 1


def refuse_missing_browser(result: Result) -> None:
    """If CI is set, a browser test that found no browser counts as failed."""
    if os.environ.get("CI") and result.stage == "browser":
        missing = [skip for skip in result.skips if "chromium" in skip.lower()]
        result.skips = [skip for skip in result.skips if skip not in missing]
        result.failures += [f"{skip} (an error where CI is set)" for skip in missing]


def run_stage(stage: str, commands: list[Command]) -> Result:
    """Run the commands of a stage, one after the other."""
    result, start = Result(stage), time.monotonic()
    for command in commands:
        run_command(command, result)
    refuse_missing_browser(result)
    result.seconds = time.monotonic() - start
    return result


def skip_lines(result: Result) -> list[str]:
    """One line per reason to skip: the test, or how many tests share the reason."""
    tests: dict[str, list[str]] = {}
    for skip in result.skips:
        name, _, reason = skip.partition(": ")
        tests.setdefault(reason, []).append(name)
    return [
        f"{names[0] if len(names) == 1 else f'{len(names)} tests'}: {reason}"
        for reason, names in tests.items()
    ]


def summary(results: list[Result]) -> str:
    """Table of the stages, every failure, every reason to skip, and the totals."""
    lines = ["", "=" * 72, f"{'stage':<12}{'seconds':>9}{'passed':>9}{'failed':>9}{'skipped':>9}"]
    for result in results:
        counts = (result.passed, len(result.failures), len(result.skips))
        numbers = "".join(f"{count:>9}" for count in counts)
        lines.append(f"{result.stage:<12}{result.seconds:>9.1f}{numbers}")
    for title, rows_of in (("Failed", lambda result: result.failures), ("Skipped", skip_lines)):
        rows = [f"  {result.stage}: {row}" for result in results for row in rows_of(result)]
        lines += [f"{title}:", *(" ".join(row.split("\n")) for row in rows)] if rows else []
    passed = sum(result.passed for result in results)
    failed = sum(len(result.failures) for result in results)
    skipped = sum(len(result.skips) for result in results)
    return "\n".join([*lines, "", f"{passed} passed, {failed} failed, {skipped} skipped"])


def main(names: list[str]) -> int:
    """Run the named stages, or all; return the exit status."""
    known = stages()
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no stage {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    results: list[Result] = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for name in names or known:
            results.append(run_stage(name, known[name]))
    except KeyboardInterrupt:
        print("\nInterrupted; so far:", file=sys.stderr)
        print(summary(results))
        return 130
    print(summary(results))
    return 1 if any(result.failures for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
