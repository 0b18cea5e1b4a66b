"""From an event to a reading: the worker, the pipeline, the event log and what keeps the house clean."""
