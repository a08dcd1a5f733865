"""Measurements: programs of their own, which pytest does not run."""
