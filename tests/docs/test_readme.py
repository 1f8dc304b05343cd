"""The README's five minutes, as a new user would type them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAR_WARS = ROOT.parent / "shared" / "data" / "surveys" / "StarWars.csv"
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    """The README's code blocks in one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[str]:
    """Every `rejoinder` command that the README types."""
    typed = [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]
    return [line for line in typed if line.startswith("rejoinder")]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty folder with the user's file in it."""
    shutil.copy(STAR_WARS, tmp_path / "answers.csv")
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    """The user's environment: the command on the path, nothing set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REJOINDER_")}
    return kept | {"PATH": f"{Path(sys.executable).parent}:{kept['PATH']}", "HOME": str(home)}


@pytest.fixture
def answers(home: Path) -> Iterator[dict[str, str]]:
    """What each command printed, with the server that the last one starts left running."""
    printed: dict[str, str] = {}
    *first, serve = commands()
    for command in first:
        done = subprocess.run(
            command, shell=True, cwd=home, env=environment(home), capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        printed[command] = done.stdout
    server = subprocess.Popen(
        [*serve.split(), "--port", "0"], cwd=home, env=environment(home), stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout
        printed[serve] = server.stdout.readline()
        yield printed
    finally:
        server.terminate()
        server.communicate(timeout=30)


def test_the_five_minutes_work(answers: dict[str, str], home: Path) -> None:
    found = dict(zip(("workspace", "import", "client", "serve"), answers.values(), strict=True))
    assert "Imported 1,186 respondents into the new survey star-wars" in found["import"]
    client = json.loads(found["client"])
    address = re.search(r"http://\S+", found["serve"])
    assert address
    script = blocks("sh")[0].replace("BASE=http://127.0.0.1:8321", f"BASE={address[0]}")
    secrets = {"CLIENT_ID": client["client_id"], "CLIENT_SECRET": client["client_secret"]}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=home,
        env=environment(home) | secrets,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    page, merged = re.findall(r'\{"(?:itemCount|insertedRecords).*?\}(?=\{"inserted|$)', done.stdout.strip())
    assert json.loads(page)["itemCount"] == 2
    assert json.loads(merged) == {"insertedRecords": 1, "insertedIds": [1187], "updatedRecords": 0}
    records = [json.loads(line) for line in (home / "answers.ndjson").read_text().splitlines()]
    assert [record["responseid"] for record in records] == list(range(1, 1187))


def test_links_in_the_documents_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        (page.name, link)
        for page in pages
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
        if not (page.parent / link).exists()
    ]
    assert broken == []
