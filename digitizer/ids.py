"""Ids that sort by the time they were given."""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford: no i, l, o, u to be misread


def new_id(prefix: str) -> str:
    """`prefix` and 14 letters or digits: 9 of milliseconds since 1970, 5 random (33 million a millisecond)."""
    number = (time.time_ns() // 1_000_000) << 25 | secrets.randbits(25)
    letters = []
    for _ in range(14):
        number, last = divmod(number, 32)
        letters.append(_ALPHABET[last])
    return prefix + "".join(reversed(letters))
