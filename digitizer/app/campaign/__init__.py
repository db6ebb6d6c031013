"""A backfill campaign: what the shelves hold by their own lists, against what was fed in and read.

`manifest` reads the lists, `matching` finds the row that a file belongs to, `evidence` says which sheet a page is,
`sequence` compares found with expected, `account` does it for every unit, `report` writes it down for people.
"""
