"""Nodes for formats that are lines of text: each line, or piece of one, becomes a node with its place as the path."""

from __future__ import annotations

from service.processing.reader.structured.node import Node


def piece(text: str, path: str) -> Node:
    """A node for a piece of text; `path` is such as `line 3, columns 29-42`."""
    node = Node("", path)
    node.parts.append(text)
    return node


def columns(line: str, number: int, first: int, last: int) -> Node:
    """The columns `first` to `last`, counted from 1 as specifications do, of line `number`."""
    return piece(line[first - 1 : last], f"line {number}, columns {first}-{last}")


def decode(data: bytes) -> str:
    """The text of a file without a declared encoding: UTF-8 when it is valid, else Windows-1252."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
