"""Records from files: what a row means, every fault of every row, then all of them or none."""
