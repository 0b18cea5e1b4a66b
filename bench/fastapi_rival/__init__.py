"""What a team would write instead: the same calls with FastAPI, SQLAlchemy and boto3, in the usual way.

It has API keys and filters every query by organization. It has no row-level security, no gRPC and no pipeline.
"""
