"""What `bench.py` measures: one file per subject, and the race that they share."""
