"""The page about the client, as it is run against the real service."""

from __future__ import annotations

import asyncio
import doctest
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.support import REPOSITORY, Tenant

pytestmark = pytest.mark.long

PAGE = REPOSITORY / "docs/client.md"


async def test_every_example_of_the_page_works(address: str, ours: Tenant, tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to(REPOSITORY / "docs")
    environment = {
        **os.environ,
        "MUNIMENT_ADDRESS": address,
        "MUNIMENT_ORGANIZATION": str(ours.organization_id),
        "MUNIMENT_API_KEY": ours.api_key,
        "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'gen'}",
        "PYTHONWARNINGS": "error",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.client.test_recipes"),
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 300)
    assert process.returncode == 0, said.decode()


def main() -> None:
    """Run the examples. Fences would be taken for output."""
    content = PAGE.read_text()
    text = "\n".join("" if line.startswith("```") else line for line in content.splitlines())
    names: dict[str, object] = {}
    # The first block has no prompt.
    exec(content.partition("```python\n")[2].partition("```")[0], names)
    page = doctest.DocTestParser().get_doctest(text, names, PAGE.name, str(PAGE), 0)
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.REPORT_NDIFF).run(page)
    sys.exit(result.failed > 0 or result.attempted < 50)


if __name__ == "__main__":
    main()
