"""What values are held against: their own grammar, the day, the paper's kind, and each other (docs/json.md)."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from digitizer.classify import values
from digitizer.classify.bodies import body_name
from digitizer.classify.found import Found
from digitizer.classify.layout import Sheet
from digitizer.classify.numbers import sign_of
from digitizer.classify.tables import Kind, Tables
from digitizer.text import canonical, fold, number_token, numbers_in


def cited(found: Sequence[Found], sheets: Sequence[Sheet]) -> list[Found]:
    """The number against what the headings of its appendices cite, `(Kèm theo Quyết định số 28/2023/QĐ-UBND …)`."""
    tops = [row.text for page in sheets[1:] for row in page.rows if row.level < 0.25]
    numbers = {number_token(number): number for text in tops for number in numbers_in(text)}
    return [_cited(one, numbers) if one.name == "number" else one for one in found]


def _cited(one: Found, numbers: Mapping[str, str]) -> Found:
    own = number_token(one.normalised)
    if own in numbers:
        return one.held("cited_in_appendix", passed=True, factor=1.1)
    near = [squeezed for token, squeezed in numbers.items() if len(own) > 6 and Levenshtein.distance(own, token) == 1]
    if not near:
        return one
    others = tuple("".join(number.split()) for number in near)
    return replace(one, alternatives=(*others, *one.alternatives)).held("cited_in_appendix", passed=False, factor=0.5)


def checked(found: Sequence[Found], kind: Kind, tables: Tables) -> list[Found]:
    """The readings with every check that concerns them; those that contradict each other are all doubted."""
    today = dt.date.today().isoformat()  # noqa: DTZ011 a day is enough
    single = [_alone(one, kind, tables, today) for one in found]
    return _dates_in_order(_born_as_numbered(_year_numbered(_one_body(single))))


def _alone(one: Found, kind: Kind, tables: Tables, today: str) -> Found:
    one = _signed(_told_twice(one, tables), kind, tables)
    value = one.normalised
    if one.name == "number" and kind.numbers and "/" in value:
        letters = value.rpartition("/")[2].partition("-")[0]
        return one.held("type_letters", passed=any(fold(letters) == fold(right) for right in kind.numbers))
    if one.name == "number" and kind.slug == "trich_luc_khai_sinh" and _COPY.search(value):
        return one.held("own_number", passed=False, factor=0.6)
    if one.name == "subject" and _GOES_ON.search(canonical(value)) and not value.split()[-1].istitle():
        one = one.held("open_end", passed=False, factor=0.6)
    if one.name == "issuer":
        return one.held("known_body", passed=body_name(value, tables.office)[1] == 1.0)
    for code, holds, factor in _GRAMMAR.get(one.name, ()):
        one = one.held(code, passed=(good := holds(value, today)), factor=1.0 if good else factor)
    return one


def _signed(one: Found, kind: Kind, tables: Tables) -> Found:
    """The number with the letters of its type as this kind of paper has them, unless they are those of another kind."""
    start, slash, rest = one.normalised.rpartition("/")
    group, dash, agency = rest.partition("-")
    known = fold(group) in tables.numbers
    right = sign_of(group, kind) if one.name == "number" and slash and not known else None
    if right is None:
        return one
    return replace(one, normalised=f"{start}/{right}{dash}{agency}", alternatives=(one.normalised, *one.alternatives))


_GOES_ON = re.compile(r"(?<!\w)(?:tháng|quý(?: [ivx]+)?|về|của|và|cho|tại|trong|theo|do|với|đến|các)$")
"""The end of a sentence that goes on: a line of it was lost."""
_COPY = re.compile(r"/TLKS-BS$")
"""The number of the copy itself, `500/TLKS-BS` (TT 04/2020/TT-BTP), where that of the register is meant."""


def _told_twice(one: Found, tables: Tables) -> Found:
    """The reading with what its value would be by the second reading of its figures among the alternatives."""
    text = one.value
    for word, other in one.twice:
        text = text.replace(word, other)
    sort = tables.fields[one.name].value if text != one.value and one.name in tables.fields else ""
    told = values.READERS[sort](text) if sort in values.READERS else None
    if told is None or told.normalised == one.normalised:
        return one
    return replace(one, alternatives=(*one.alternatives, told.normalised))


def _one_body(found: Sequence[Found]) -> list[Found]:
    """The issuer against the letters of its number, `SNV` for a Sở Nội vụ, and against who signs: one of both is
    misread, or a line of the issuer's name is lost.
    """
    by_name = {one.name: one for one in found if one.part is None}
    issuer, number, title = (by_name.get(name) for name in ("issuer", "number", "signer_title"))
    if issuer is None:
        return list(found)
    if number and _letter_short(number.normalised, issuer.normalised):
        found = [one.held("agency_letters", passed=False, factor=0.6) if one is number else one for one in found]
    said = {
        "agency_letters": _letters_agree(number.normalised, issuer.normalised) if number else None,
        "signing_office": _may_sign(title.normalised, issuer.normalised) if title else None,
    }
    for code, holds in said.items():
        if holds is not None:
            issuer = issuer.held(code, passed=holds, factor=1.05 if holds else 0.6)
    return [issuer if one.name == "issuer" and one.part is None else one for one in found]


_OF_PLACE = re.compile(r"\b(?:tinh|thanh pho|tp|huyen|quan|thi xa)\b")
"""Where the name of an issuer goes on with its place."""


def _letter_short(number: str, issuer: str) -> bool:
    """True for an agency's letters with one or two lost or misread: `STTI` of a Sở Thông tin và Truyền thông.

    Short signs (SNN of a Sở Nông nghiệp và Môi trường) and those with an `&` or `và` are as right as whole ones.
    """
    name = _OF_PLACE.split(fold(issuer))[0]
    words = re.findall(r"[a-z]+", name)
    if not name.startswith(_HEADED):
        return False
    right = {"".join(word[0] for word in words), own := "".join(word[0] for word in words if word != "va")}
    signs = re.sub(r"[^a-z-]", "", fold(number).rpartition("/")[2]).split("-")
    signs += ["".join(signs[1:])]
    whole = right.intersection(signs)
    short = any(full.startswith(sign) and 1 < len(sign) < len(full) - 1 for sign in signs for full in right)
    if whole or short:
        return False
    most = 2 if len(own) > 4 else 1
    near = (sign[:1] == own[:1] and len(sign) > 2 and Levenshtein.distance(sign, own) <= most for sign in signs)
    return len(own) > 3 and any(near)


def _letters_agree(number: str, issuer: str) -> bool | None:
    """The last group of the số ký hiệu against the initials of the issuer's name; None where they say nothing."""
    number, name = fold(number), fold(issuer)
    group = number.rpartition("/")[2].rpartition("-")[2]
    group = "ubnd" if "-ubnd" in number or "/ubnd" in number else group
    initials = "".join(word if word in ("ubnd", "hdnd") else word[:1] for word in name.split() if word.isalpha())
    if len(group) > 1 and initials.replace("v", "").startswith(group.replace("v", "")):
        return True
    council = group in ("ubnd", "hdnd") or group.startswith("ubtvqh")
    return False if council and not name.startswith(("chu tich", "uy ban")) else None


_HEADED = ("so ", "phong ", "chi cuc", "cuc ", "trung tam")
_HEADS = ("giam doc", "truong phong", "cuc truong", "chi cuc truong", "hieu truong", "vien truong", "truong cong an")


def _may_sign(title: str, issuer: str) -> bool | None:
    """Councils are signed for by their chairmen, other bodies by their own heads; None where neither is said."""
    title, issuer = fold(title).removeprefix("pho "), fold(issuer)
    council = issuer.startswith(("ubnd", "hdnd", "uy ban nhan dan", "hoi dong nhan dan"))
    if title.startswith("chu tich"):
        return True if council else None if not issuer.startswith(_HEADED) else False
    return not council if title.startswith(_HEADS) else None


def _year_numbered(found: Sequence[Found]) -> list[Found]:
    """A number or book that bears a year, `28/2023/QĐ-UBND`, bears that of the issue, for numbers run by the year;
    or the one before: what was numbered in December may be signed in January.
    """
    issued = next((one for one in found if one.name == "issued" and one.part is None), None)
    if issued is None:
        return list(found)
    year = int(issued.normalised[:4])
    out: list[Found] = []
    wrong = False
    for one in found:
        told = _YEAR.search(one.normalised) if one.name in ("number", "book") else None
        holds = told is not None and int(told[1]) in (year, year - 1)
        wrong = wrong or (told is not None and not holds)
        out.append(one if told is None else one.held("year_of_issue", passed=holds, factor=1.0 if holds else 0.6))
    return [one.held("year_of_issue", passed=False, factor=0.6) if wrong and one is issued else one for one in out]


_YEAR = re.compile(r"/((?:19|20)\d\d)(?!\d)")


def _coded_day(code: str) -> str:
    """The day in a dossier code, `…-yymmdd-nnnn`, as ISO; empty when it is none."""
    six = code.split("-")[-2] if code.count("-") > 1 else ""
    try:
        return dt.date(2000 + int(six[:2]), int(six[2:4]), int(six[4:6])).isoformat()
    except ValueError:
        return ""


_GRAMMAR: Mapping[str, Sequence[tuple[str, Callable[[str, str], bool], float]]] = {
    "issued": (("not_in_future", lambda value, today: value <= today, 0.4),),
    "birth_date": (("not_in_future", lambda value, today: value <= today, 0.4),),
    "book": (("not_in_future", lambda value, today: (_YEAR.findall(value) or [""])[-1] <= today[:4], 0.5),),
    "dossier_code": (
        ("real_day", lambda value, _: bool(_coded_day(value)), 0.6),
        ("not_in_future", lambda value, today: _coded_day(value) <= today, 0.6),
    ),
    "citizen_id": (
        ("length", lambda value, _: len(value) in (9, 12), 0.5),
        ("century_digit", lambda value, _: len(value) != 12 or (value[0] == "0" and value[3] in "0123"), 0.7),
    ),
    "tax_code": (("check_digit", lambda value, _: len(value) == 12 or values.tax_code_holds(value[:10]), 1.0),),
}
"""By name: (code of the check, does the value hold on this day, what its trust is multiplied by when it doesn't)."""


def _born_as_numbered(found: Sequence[Found]) -> list[Found]:
    """A số định danh tells sex and year of birth: agreeing, all are firmer; contradicting, all are doubted."""
    out = {(one.name, one.part): one for one in found}
    for (name, part), one in list(out.items()):
        told = values.born(one.normalised) if name == "citizen_id" else None
        if told is None:
            continue
        for other, code, expected in (("birth_date", "birth_year_of_id", told[0]), ("sex", "sex_of_id", told[1])):
            twin = out.get((other, part))
            if twin is None:
                continue
            holds = twin.normalised.startswith(expected)
            factor = 1.2 if holds else 0.6
            for key in ((name, part), (other, part)):
                out[key] = out[key].held(code, passed=holds, factor=factor)
    return list(out.values())


def _dates_in_order(found: Sequence[Found]) -> list[Found]:
    """Nothing is given back or runs out before it was issued, and nobody is born after."""
    issued = next((one for one in found if one.name == "issued"), None)
    if issued is None:
        return list(found)
    out: list[Found] = []
    wrong = False
    for one in found:
        order = {"due": one.normalised >= issued.normalised, "valid_to": one.normalised >= issued.normalised,
                 "birth_date": one.normalised <= issued.normalised}.get(one.name)  # fmt: skip
        wrong = wrong or order is False
        out.append(one if order is None else one.held("order_of_days", passed=order, factor=1.0 if order else 0.6))
    if not wrong:
        return out
    return [one.held("order_of_days", passed=False, factor=0.6) if one is issued else one for one in out]
