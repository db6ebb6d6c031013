"""Invented Vietnamese administrative papers with exact truth: a generator and a small committed set."""
