"""What the service costs, beside a floor and beside what a team would write instead: ``python -m bench``."""
