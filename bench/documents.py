"""A real document of a wanted size."""

import io
import os

from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]


def pdf(size: int) -> bytes:
    """A PDF of one page of text and ``size`` bytes, most of them in a comment that no reader looks at."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    for line in range(40):
        canvas.drawString(72, 780 - 18 * line, f"Factura {line}: consumo de agua 12,{line:02d} m3")
    canvas.save()
    head, separator, rest = stream.getvalue().partition(b"\n")
    comment = b"%" + os.urandom(size).hex().encode()
    body = head + separator + rest
    # After the end of the file, where offsets into it stay what they are.
    return (body + comment)[:size]
