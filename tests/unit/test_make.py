"""What is behind the Makefile's targets: checking, building, serving."""

import os
import re
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

import build_book
import build_wheel
import pytest
import run_apart
import run_checks
import run_notebooks
import serve
import yaml
from quick_profile import QUICK

import lessonlib

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()


def make(*arguments: str) -> str:
    """What `make` prints."""
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def test_help_lists_every_target():
    targets = set(re.findall(r"^([a-z-]+):(?!=)", MAKEFILE, re.MULTILINE))
    listed = set(re.findall(r"^  make (\S+)  ", make("help"), re.MULTILINE))
    assert listed == targets
    assert {"install", "test", "serve", "lab", "notebooks-run", "address", "lock"} <= targets


def test_publishing_fails_where_no_address_is_set():
    """The job that builds what is published asks for the address first."""
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text())
    steps = [step["run"] for step in workflow["jobs"]["build"]["steps"] if "run" in step]
    assert steps[0] == "make address"
    assert workflow["jobs"]["publish"]["needs"] == "build"
    assert "scripts/address.py $(SLUG)" in MAKEFILE


def test_every_check_is_a_stage_of_test():
    checks = re.search(r"^CHECKS := (.+)$", MAKEFILE, re.MULTILINE).group(1).split()
    assert checks == list(run_checks.stages())


# Checking

REPORT = """<testsuites><testsuite>
<testcase classname="tests.unit.a" name="good"/>
<testcase classname="tests.unit.a" name="bad"><failure message="no"/></testcase>
<testcase classname="tests.unit.a" name="broken"><error message="no"/></testcase>
<testcase classname="tests.browser.b" name="page">
<skipped message="no Chromium found: install chromium"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def result(tmp_path: Path) -> run_checks.Result:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    result = run_checks.Result("browser", seconds=2.0)
    assert run_checks.read_report(report, result) == 2
    return result


def test_summary_counts_and_gives_reasons(result: run_checks.Result):
    lines = run_checks.summary([result]).splitlines()
    assert lines[-1] == "1 passed, 2 failed, 1 skipped"
    assert "  browser: tests.unit.a::bad" in lines
    assert "  browser: tests.browser.b::page: no Chromium found: install chromium" in lines
    assert "browser           2.0        1        2        1" in lines


def test_summary_gives_a_shared_reason_once():
    skips = [f"tests.browser.b::page{n}: no Chromium" for n in range(40)]
    text = run_checks.summary([run_checks.Result("browser", skips=skips)])
    assert text.count("no Chromium") == 1
    assert "  browser: 40 tests: no Chromium" in text
    assert text.endswith("0 passed, 0 failed, 40 skipped")


@pytest.mark.parametrize(("ci", "failures"), [("true", 3), ("", 2)])
def test_a_missing_browser_is_an_error_in_ci(
    result: run_checks.Result, monkeypatch: pytest.MonkeyPatch, ci: str, failures: int
):
    monkeypatch.setenv("CI", ci)
    run_checks.refuse_missing_browser(result)
    assert len(result.failures) == failures
    assert len(result.skips) == 3 - failures


@pytest.mark.parametrize(
    ("code", "passed", "failure"),
    [
        ("pass", 1, None),
        ("raise SystemExit(3)", 0, "probe: exit status 3"),
        ("import time; time.sleep(60)", 0, "probe: took longer than 1 s and was stopped"),
    ],
)
def test_a_command_that_fails_or_hangs_is_told(code: str, passed: int, failure: str | None):
    result = run_checks.Result("lint")
    run_checks.run_command(run_checks.python("probe", "-c", code, seconds=1), result)
    assert result.passed == passed
    assert result.failures == ([failure] if failure else [])


def test_a_test_run_that_collects_nothing_fails(tmp_path: Path):
    result = run_checks.Result("unit")
    run_checks.run_command(run_checks.pytest("none", str(tmp_path), seconds=60), result)
    assert result.failures == ["none: exit status 5"]


def test_checks_and_notebooks_run_in_the_quick_profile(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LESSONLIB_PROFILE", "full")
    monkeypatch.setenv("LESSONLIB_SUBSET", "5")
    monkeypatch.setattr("os.environ", {**os.environ, "MPLBACKEND": "agg"})
    checks, apart = run_checks.environment(), run_apart.environment(Path("package"))
    run_notebooks.prepare_environment()
    for environ in (checks, apart, os.environ):
        assert environ.items() >= QUICK.items()
        assert "LESSONLIB_SUBSET" not in environ
    assert apart["PYTHONPATH"] == "package"
    assert "MPLBACKEND" not in apart.keys() | os.environ.keys()


def test_the_quick_profile_is_written_down_once():
    files = [ROOT / "conftest.py", *ROOT.glob("scripts/*.py"), *ROOT.glob("tests/**/conftest.py")]
    assert [path.name for path in files if "OMP_NUM_THREADS" in path.read_text()] == [
        "quick_profile.py"
    ]


def test_an_unknown_stage_is_refused(capsys: pytest.CaptureFixture):
    assert run_checks.main(["lnit"]) == 2
    assert "no stage lnit; there are: lint, unit" in capsys.readouterr().err


# Building and serving


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Root of a book that was built."""
    monkeypatch.setattr(build_book, "ROOT", tmp_path)
    monkeypatch.setattr(build_book, "HTML", tmp_path / "_build" / "html")
    monkeypatch.setattr(build_book, "STAMP", tmp_path / "_build" / ".built")
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "index.md").write_text("# Book")
    build_book.HTML.mkdir(parents=True)
    (build_book.HTML / "searchindex.js").touch()
    build_book.STAMP.write_text(build_book.digest())
    return tmp_path


def test_a_book_of_todays_sources_is_fresh(book: Path):
    assert build_book.is_fresh()


def test_a_changed_or_new_page_makes_the_book_stale(book: Path):
    (book / "book" / "index.md").write_text("# The book")
    assert not build_book.is_fresh()
    (book / "book" / "index.md").write_text("# Book")
    assert build_book.is_fresh()
    (book / "book" / "new.md").write_text("")
    assert not build_book.is_fresh()


def test_a_learners_working_copy_does_not_make_the_book_stale(book: Path):
    (book / "notebooks" / "work").mkdir(parents=True)
    (book / "notebooks" / "work" / "03_a.ipynb").write_text("mine")
    assert build_book.is_fresh()
    (book / "notebooks" / "03_a.ipynb").write_text("")
    assert not build_book.is_fresh()


def test_a_build_cut_short_is_done_again(book: Path):
    (build_book.HTML / "searchindex.js").unlink()
    assert not build_book.is_fresh()


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders in which a wheel was built, of a package with one source."""

    def build(folder: Path) -> None:
        folder.mkdir()
        (folder / "a.whl").touch()
        folders.append(folder)

    folders: list[Path] = []
    monkeypatch.setattr(build_wheel, "ROOT", tmp_path)
    monkeypatch.setattr(build_wheel, "WHEELS", tmp_path / "wheels")
    monkeypatch.setattr(build_wheel, "build", build)
    (tmp_path / "lessonlib").mkdir()
    (tmp_path / "lessonlib" / "one.py").touch()
    return folders


def test_the_wheel_is_built_once_and_again_for_other_sources(built: list[Path], tmp_path: Path):
    first = build_wheel.wheel()
    assert build_wheel.wheel() == first
    assert len(built) == 1
    (tmp_path / "lessonlib" / "one.py").write_text("1")
    second = build_wheel.wheel()
    assert len(built) == 2
    assert [path.exists() for path in (first, second)] == [False, True]


def test_a_wheel_cut_short_is_built_again(built: list[Path], monkeypatch: pytest.MonkeyPatch):
    def stopped(folder: Path) -> None:
        folder.mkdir()
        (folder / "half.whl").touch()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(build_wheel, "build", stopped)
        with pytest.raises(KeyboardInterrupt):
            build_wheel.wheel()
    assert build_wheel.wheel().name == "a.whl"


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with serve.open_server(port, port + 20) as server:
            assert port < server.server_port <= port + 20
            assert server.server_address[0] == "127.0.0.1"
        with pytest.raises(OSError, match=f"ports {port} to {port} are all taken"):
            serve.open_server(port, port)


@pytest.mark.slow
def test_serving_answers_and_ends_cleanly(tmp_path: Path):
    (tmp_path / "index.html").write_text("hello")
    code = (
        "import serve, functools, pathlib, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # as at a terminal
        f"serve.HTML = pathlib.Path({str(tmp_path)!r})\n"
        "serve.is_fresh = lambda: True\n"
        "raise SystemExit(serve.main())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT / "scripts",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = iter(process.stdout.readline, "")
    said = next(line for line in lines if "http" in line)
    address = re.search(r"http://localhost:(\d+)", said)
    url = f"http://127.0.0.1:{address.group(1)}/"
    assert urllib.request.urlopen(url, timeout=10).read() == b"hello"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Stopped." in out
    assert "Traceback" not in err


# One source for what is in several places


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == project["version"] == lessonlib.__version__


def test_ci_calls_make_and_nothing_else():
    steps = []
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            steps += [step["run"] for step in job["steps"] if "run" in step]
    assert steps == ["make address", "make book", "make notebooks-full", ".ci/run"]
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == "exec make test"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
