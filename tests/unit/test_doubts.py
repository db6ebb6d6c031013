"""A clerk who is asked about a value is told what speaks against it, and what else it may be."""

from digitizer.cli.doubts import doubts


def test_an_unsure_value_says_why_and_what_else_it_may_be() -> None:
    value = {"unsure": True, "checks": [{"code": "second_reading", "passed": False}], "alternatives": ["2023-01-08"]}
    assert doubts(value) == "hai lần đọc ra hai số khác nhau / read in two ways; hoặc / or: 2023-01-08"
    assert doubts(value | {"checks": [], "alternatives": []}) == "đọc chưa rõ / hard to read"
    assert doubts(value | {"unsure": False}) == ""
