"""Sorting papers by readable rules: where one ends, what kind it is, what it says, where it belongs."""
