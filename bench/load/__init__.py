"""Load: closed-loop clients in processes of their own, cheap enough not to be what is measured."""

from bench.load.runner import Grpc, Http, Measured, Target, measure

__all__ = ["Grpc", "Http", "Measured", "Target", "measure"]
