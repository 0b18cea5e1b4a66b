"""Property tests without a clock: a busy machine is no defect."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("muniment", deadline=None)
settings.load_profile("muniment")
