"""From the PATHs of the command line to the files that are meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from service.client.failures import UsageError
from service.client.uploading.sources import find_sources


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("b.pdf", "a.pdf", "notes.txt", ".hidden", "deep/c.pdf", "deep/deeper/d.pdf", "deep/.git/config"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*paths: str, recursive: bool = False) -> list[str]:
    return [str(source.path) for source in find_sources(paths, recursive=recursive)]


def test_folder_means_the_files_in_it_by_name_without_hidden_ones(folder: Path) -> None:
    assert names(".") == ["a.pdf", "b.pdf", "notes.txt"]


def test_recursive_means_all_below_it(folder: Path) -> None:
    assert names(".", recursive=True) == ["a.pdf", "b.pdf", "notes.txt", "deep/c.pdf", "deep/deeper/d.pdf"]


def test_patterns_are_expanded_also_at_any_depth(folder: Path) -> None:
    assert names("*.pdf") == ["a.pdf", "b.pdf"]
    assert names("**/*.pdf") == ["a.pdf", "b.pdf", "deep/c.pdf", "deep/deeper/d.pdf"]


def test_file_that_is_named_in_several_ways_is_meant_once(folder: Path) -> None:
    (folder / "link.pdf").symlink_to(folder / "a.pdf")
    assert names("a.pdf", "./a.pdf", str(folder / "a.pdf"), "link.pdf", "deep/../a.pdf") == ["a.pdf"]


def test_name_with_characters_of_patterns_means_the_file_itself(folder: Path) -> None:
    (folder / "bill [1].pdf").write_text("x")
    assert names("bill [1].pdf") == ["bill [1].pdf"]


def test_hidden_file_is_meant_when_it_is_named(folder: Path) -> None:
    assert names(".hidden") == [".hidden"]


@pytest.mark.parametrize("path", ["missing.pdf", "*.docx"])
def test_path_that_nothing_is_found_for_is_wrong_usage(folder: Path, path: str) -> None:
    with pytest.raises(UsageError, match=r"There is no (missing\.pdf|\*\.docx)"):
        names("a.pdf", path)


def test_folder_without_files_says_how_to_go_deeper(folder: Path) -> None:
    (folder / "empty" / "inner").mkdir(parents=True)
    (folder / "empty" / "inner" / "x.pdf").write_text("x")
    with pytest.raises(UsageError) as caught:
        names("empty")
    assert "--recursive" in caught.value.advice


def test_what_can_not_be_read_is_named_and_the_rest_is_meant_all_the_same(folder: Path) -> None:
    (folder / "deep" / "gone.pdf").symlink_to("nowhere")
    (folder / "deep" / "loop.pdf").symlink_to("loop.pdf")
    (folder / "deep" / "up").symlink_to("..")
    os.mkfifo(folder / "deep" / "pipe")
    found = find_sources(["deep"], recursive=False)
    assert [source.name for source in found if source.problem is None] == ["c.pdf"]
    problems = {source.name: source.problem for source in found if source.problem is not None}
    assert problems.keys() == {"gone.pdf", "loop.pdf"}
    assert all(problem.startswith("can't be read: ") for problem in problems.values())


def test_name_that_is_not_utf_8_is_a_problem_of_this_file_alone(folder: Path) -> None:
    with (folder / "deep" / os.fsdecode(b"caf\xe9.pdf")).open("w") as file:
        file.write("x")
    problems = [source.problem for source in find_sources(["deep"], recursive=False)]
    assert problems == [None, "has a name that isn't UTF-8: rename it"]
