"""survey-core's own verdicts: asked live where Node and the package are, and recorded in `golden.json`.

`python tests/files/answers/reference/ask.py` records them anew.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
GOLDEN = HERE / "golden.json"
PACKAGE = HERE.parents[3] / "node_modules" / "survey-core"


def can_ask() -> bool:
    """Whether survey-core can be run here."""
    return shutil.which("node") is not None and PACKAGE.is_dir()


def ask(expressions: list[Any], surveys: list[Any]) -> dict[str, Any]:
    """What survey-core makes of expressions and surveys."""
    asked = json.dumps({"expressions": expressions, "surveys": surveys})
    done = subprocess.run(
        [str(shutil.which("node")), str(HERE / "ask.cjs")],
        input=asked,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def recorded() -> dict[str, Any]:
    """What survey-core made of them when it was asked last."""
    return json.loads(GOLDEN.read_text())  # type: ignore[no-any-return]


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parents[2]))
    from files.answers.reference.expressions import EXPRESSIONS
    from files.answers.reference.surveys import SURVEYS

    found = ask(EXPRESSIONS, SURVEYS)
    lines = [
        f'"{name}": [\n' + ",\n".join(json.dumps(part) for part in parts) + "\n]"
        for name, parts in found.items()
    ]
    GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n")
