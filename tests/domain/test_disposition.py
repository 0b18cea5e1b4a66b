"""The names of downloads."""

from urllib.parse import unquote

import pytest

from service.domain.disposition import attachment


def exact(file_name: str) -> str:
    return unquote(attachment(file_name).rpartition("UTF-8''")[2])


@pytest.mark.parametrize("name", ["bill.pdf", "Grüße – ñ.pdf", "noextension", "x" * 255 + "." + "y" * 16])
def test_name_of_a_usual_length_is_kept(name: str) -> None:
    assert exact(name) == name


@pytest.mark.parametrize(
    ("name", "shortened"),
    [
        ("x" * 2996 + ".pdf", "x" * 268 + ".pdf"),
        ("x" * 3000, "x" * 272),
        ("x" * 1000 + "." + "y" * 1000, "x" * 272),
        ("." * 2999 + "y", "." * 271 + "y"),
    ],
)
def test_long_name_is_shortened_before_its_extension(name: str, shortened: str) -> None:
    assert exact(name)[:272] == shortened[:272]
    assert len(exact(name)) <= 272
