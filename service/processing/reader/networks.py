"""The networks of PP-OCR that rapidocr's wheel carries, loaded for a process that reads one document at a time."""

from importlib.resources import files
from typing import Any


def loaded(name: str, *, threads: int) -> Any:
    """An onnxruntime.InferenceSession of a model in the wheel; it may be run by several threads at once."""
    from onnxruntime import InferenceSession, SessionOptions  # type: ignore[import-untyped]  # noqa: PLC0415

    options = SessionOptions()
    options.log_severity_level = 4
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = threads
    # Threads that wait for work would burn what other processes could use.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return InferenceSession(str(files("rapidocr") / "models" / name), options, providers=["CPUExecutionProvider"])
