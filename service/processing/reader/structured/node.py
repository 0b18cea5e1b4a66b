"""A small tree that every structured format is read into, and the parser that makes it of XML.

The parser is the interpreter's own expat. It resolves nothing outside the document, and refuses a document that
declares entities, so that neither a bomb of nested entities nor a reference to a file or an address does anything
(OWASP, XML external entity prevention).
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

from service.domain.reading import FailureReason, ReadingFailedError

MAX_NODES = 1_000_000
MAX_DEPTH = 100


class Node:
    """An element: `name` and `attributes` without namespace prefixes, `text` without the blanks around it."""

    __slots__ = ("_counts", "attributes", "children", "name", "namespace", "parts", "path")

    def __init__(self, name: str, path: str, namespace: str = "", attributes: dict[str, str] | None = None) -> None:
        self.name = name
        self.path = path
        self.namespace = namespace
        self.attributes = attributes or {}
        self.children: list[Node] = []
        self.parts: list[str] = []
        self._counts: dict[str, int] = {}

    def add(self, name: str, namespace: str = "", attributes: dict[str, str] | None = None) -> Node:
        """A new last child. Its path counts from the second of its name, as `/Invoice/InvoiceLine[2]`."""
        count = self._counts[name] = self._counts.get(name, 0) + 1
        path = f"{self.path}/{name}" if count == 1 else f"{self.path}/{name}[{count}]"
        child = Node(name, path, namespace, attributes)
        self.children.append(child)
        return child

    @property
    def text(self) -> str:
        """The characters right in the element, blanks in a row as one."""
        return " ".join("".join(self.parts).split())

    def all(self, path: str) -> Iterator[Node]:
        """Every element that a path such as `Party/PartyName/Name` leads to; `A|B` stands for either name."""
        head, _, rest = path.partition("/")
        names = head.split("|")
        for child in self.children:
            if child.name in names:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def first(self, *paths: str) -> Node | None:
        """The first element with text or children that one of these paths leads to, the paths in their order."""
        for path in paths:
            for node in self.all(path):
                if node.children or node.text:
                    return node
        return None

    def value(self, *paths: str) -> str | None:
        """The text of the first element that one of these paths leads to; None when there is none."""
        node = self.first(*paths)
        return node.text or None if node is not None else None

    def walk(self) -> Iterator[Node]:
        """The element and everything in it, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def parse_xml(data: bytes) -> Node:
    """The root element of an XML document.

    Raises ReadingFailedError: CORRUPT_DOCUMENT when it is not well-formed, DOCUMENT_TOO_COMPLEX when it declares
    entities, is nested too deeply or has too many elements.
    """
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the XML is not well-formed") from None
    if builder.root is None:
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the XML has no element")
    return builder.root


def root_of_xml(head: bytes) -> Node | None:
    """The root element without its content, from the first bytes of a document; None when they do not show it."""
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(head, False)
    except (expat.ExpatError, LookupError, ValueError):
        return builder.root
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        self._count += 1
        if self._count > MAX_NODES or len(self._open) >= MAX_DEPTH:
            raise ReadingFailedError(
                FailureReason.DOCUMENT_TOO_COMPLEX,
                f"the XML has more than {MAX_NODES} elements, or more than {MAX_DEPTH} inside each other",
            )
        if self._open:
            self._open.append(self._open[-1].add(local, namespace, plain))
        else:
            self.root = Node(local, f"/{local}", namespace, plain)
            self._open.append(self.root)

    def end(self, _: str) -> None:
        self._open.pop()

    def characters(self, data: str) -> None:
        self._open[-1].parts.append(data)


def _refuse_entity(*_: object) -> None:
    raise ReadingFailedError(
        FailureReason.DOCUMENT_TOO_COMPLEX, "the XML declares entities, which are refused; send it without them"
    )
