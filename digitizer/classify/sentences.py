"""What the words of a cell say: the name of a paper, its first sentence, its condition."""

import re

from digitizer.classify.cells import BULLET, ONE_OF
from digitizer.classify.wordings import opened
from digitizer.text import canonical, fold, squeeze

_TOWARDS = "".join(
    f"(?<!{word} )"
    for word in (
        *("quyền", "quyền sử dụng", "quyền sở hữu", "nghĩa vụ", "trách nhiệm", "tín nhiệm", "pháp luật", "điều kiện"),
        *("tiêu chuẩn", "kinh nghiệm", "ý kiến", "tương đương", "đánh giá", "trao", "chính sách", "chế độ"),
        *("phát triển", "thẩm định", "nội bộ"),
    )
)
"""`quyền đối với giống cây trồng` is no condition."""
_CONDITION = re.compile(
    r"(?<!\w)(?:nếu (?!được cấp|còn (?:hiệu lực|giá trị|hạn))|nêu có|(?<!không thuộc )trường hợp|"
    rf"{_TOWARDS}đối với(?! (?:thời gian|mỗi|từng))|áp dụng (?:cho|với)|"
    r"(?:dành|(?<!sử )dùng) cho (?:cá nhân|người|tổ chức|doanh nghiệp|trường hợp|đối tượng|hộ|cơ quan|công dân)|"
    r"(?<!khấu )(?<!loại )(?<!miễn )(?<!giảm )(?<!bù )(?<!phòng )(?<!diệt )trừ (?!lùi)|tùy (?:theo|từng)|"
    r"là (?:tổ chức|cá nhân|pháp nhân|người nước ngoài)(?!\w)|"
    r"pháp luật (?:\w+ ){0,4}quy định phải|khi có (?:yêu cầu|thay đổi|nhu cầu)|ngoài ra|nộp lần đầu|"
    r"chỉ (?:nộp|áp dụng|yêu cầu))"
)
_VAGUE = re.compile(
    r"(?:bản [\w ]{1,40}? )?(?:(?:các|những) (?:\S+ ){1,6}?|(?:tài liệu|giấy tờ|văn bản) (?:có )?)"
    r"(?:khác|liên quan)(?!\w)"
)
"""`Các giấy tờ khác có liên quan` are what somebody may have."""
NOTES = re.compile(r"^(?:luu y|ghi chu)\b")
SHOWN = re.compile(r"\bxuat trinh\b(?! ban (?:chinh|goc))")
ONE_OF_THEM = "một trong các giấy tờ"
TAKEN_BACK = "xuất trình"
"""The condition of papers that are shown and taken back."""
_ONLINE = re.compile(r"\b(?:truc tuyen|moi truong dien tu|dien tu tuong tac|cong dich vu cong|qua mang)\b")
_APPLICATION = re.compile(
    r"^(?:don\b(?! (?:dat )?hang)|(?:dang ky )?(?:to|ban|phieu) khai\b|"
    r"(?:(?:giay|van ban|cong van|phieu) )?(?:de nghi|yeu cau)|"
    r"(?:giay|phieu) dang ky (?!ket|xe|phuong|kinh|doanh|hoat|luu|thanh|khai))"
)
LONGEST = 1500
"""Characters of a component that are looked through at most."""
_EXTENSION = r"\.(?i:docx?|pdf|xlsx?|rtf|zip|rar|png|jpe?g)$"
_FORM = re.compile(r"(?<=[a-zà-ỹđ.;:)\]”\"])(?=[A-ZĐ0-9])[^;]{0,120}" + _EXTENSION)
_LOOSE_FORM = re.compile(r"[^\s;,.]*" + _EXTENSION)
_END = re.compile(
    r"[;.]\s+(?=[A-ZĐÀ-Ỹ\-+])|;\s|"
    r" [-–+] (?=(?:Giấy|Văn bản|Bản|Đơn|Tờ khai|Danh|Hợp đồng|Quyết định|Báo cáo|Biên bản|Hồ sơ) )"
)
_ASIDES = tuple(
    re.compile(pattern)
    for pattern in (
        r"\((?:la )?(?:01 )?(?:ban|co) (?:chinh|sao|goc|chung thuc)[^()]*\)",
        r"\((?:theo )?mau [^()]*\)",
        # What the paper must be like in some cases: `(đối với cảng liên doanh thì phải được dịch)`.
        (
            r"\((?:doi voi|(?:trong )?truong hop|neu)(?![^()]*\bkhong (?:phai|can))[^()]*"
            r"\b(?:thi\b[^()]*\bphai|phai (?:duoc|mang|nop|kem|dich))\b[^()]*\)"
        ),
        # One of two for each: `(trường hợp đã lưu ký) hoặc … (trường hợp chưa lưu ký)`.
        r"\((?:doi voi|truong hop|neu) [^()]*\)[^()]* hoac [^()]*\((?:doi voi|truong hop|neu) [^()]*\)",
        # In which form it may come: `…, trường hợp nộp bản chụp thì …`, `… hoặc tệp ảnh (trường hợp qua mạng)`.
        r", (?:neu|truong hop) (?:nop|gui) (?:ban )?(?:sao|chup)\b.*",
        r"\bhoac [^;.()]*\((?:doi voi|truong hop|neu)[^()]*(?:mang|truc tuyen|dien tu)[^()]*\)",
        # What is written in it.
        r"\b(?:trong do|(?:co|gom (?:cac|nhung)) noi dung|neu ro|ghi ro|phai the hien|cam ket (?:ve )?viec)\b[^()]*",
    )
)
"""Words that say what a paper is like: conditions among them are none of the paper."""
_NAMED_SO = re.compile(r"(?<=\w )doi voi(?! truong hop)")
"""`Đơn đề nghị hưởng chế độ đối với …` says what is applied for, not who must apply."""
_ASIDE = re.compile(r"(?<=\.) [^()]*(?=\))")
"""What follows a full stop inside brackets: it explains, and asks for nothing."""
BY_HAND = re.compile(
    r"\(?(?:neu|(?:doi voi )?truong hop nop) [^()]*?(?:(?:hinh thuc|nop)[^()]*?)?(?:truc tiep|buu chinh)[^(),]*\)?|"
    r"doi voi (?:truong hop )?ho so (?:giay|nop truc tiep)|khong (?:duoc )?(?:gui|nop) [^,;()]*dien tu"
)
_BY_NET = re.compile(r"\(?(?:neu|(?:doi voi )?truong hop) nop [^(),;]*?(?:truc tuyen|dien tu|cong dich vu)[^(),;]*\)?")
_LISTED = re.compile(r"\bgom ?: [^;+]*\bhoac\b")
"""`…, gồm: quyết định thành lập, giấy phép hoạt động hoặc giấy tờ tương đương` asks for one of them."""
_NONE_OF_THEM = re.compile(r"\bkhong co (?:cac )?giay to (?:neu )?tren\b")
_ASKS = re.compile(r"\b(?:phai|nop|xuat trinh|cung cap|kem|bo sung|thi)\b|:.*\w")
_BARE = 160
"""Letters of a row that names a case and nothing else."""


def name_of(text: str) -> str:
    """The paper's name without bullet and without the file of its form."""
    bare = BULLET.sub("", text[:LONGEST])
    cut = bare
    if re.search(r"\.\w{3,4}$", bare):
        cut = _LOOSE_FORM.sub("", _FORM.sub("", bare))
        cut = re.sub(r"[;.,]\s*\d{1,2}$", "", cut)
    return cut.strip(" .;:,-") or text


def is_application(name: str) -> bool:
    """True for a component's name that says that it is the application itself: `Đơn đề nghị …`, `Tờ khai …`."""
    begin = opened(name)
    return _APPLICATION.match(fold(name[begin : begin + 40])) is not None


def first_sentence(name: str) -> str:
    """The first sentence, folded: what follows it explains or excuses, and asks for nothing else."""
    match = _END.search(re.sub(r"\([^()]*\)", blank, name), 4)
    return _ASIDE.sub(blank, fold(name)[: match.start() if match else None])


def announced(cell: str) -> str:
    """Why papers that follow a cell in its list are needed by some only: it says so, and names none; else empty."""
    name = BULLET.sub("", cell)
    if not name.endswith((":", "bổ sung", "gồm", "sau")):
        return ""
    first = first_sentence(name)
    return ONE_OF_THEM if one_of(first) or _NONE_OF_THEM.search(first) else condition_of(name, first)


def parts_cases(cell: str) -> bool:
    """True for a row of a list that names no paper but those of whom the next rows are asked: `Đối với xe công vụ:`."""
    key = fold(BULLET.sub("", cell))
    return len(key) < _BARE and key.startswith(("doi voi", "truong hop")) and not _ASKS.search(key)


def one_of(first: str) -> bool:
    """True when a (folded) sentence asks for one of several papers."""
    return ONE_OF.search(first) is not None or _LISTED.search(first) is not None


def by_net_only(first: str) -> bool:
    """True for folded words that ask it only of those who don't come by hand."""
    own, _, _ = re.sub(r"\([^()]*\)", blank, first)[opened(first) :].partition(" hoac ")
    return _ONLINE.search(own) is not None and BY_HAND.search(first) is None


def condition_of(name: str, first: str) -> str:
    """The words of the first sentence from its condition on; empty when there is none.

    Whoever brings paper does so by hand: what is asked of those is asked of all.  Conditions of one of several papers
    that are offered are not those of all.
    """
    begin = opened(name)  # before it the list says which copies will do
    plain = " " * begin + BY_HAND.sub(blank, first)[begin:]
    if BY_HAND.search(first):
        plain = _BY_NET.sub(blank, plain)
    if is_application(name):
        plain = _NAMED_SO.sub(blank, plain)
    for aside in _ASIDES:
        plain = aside.sub(blank, plain)
    offered = ONE_OF.search(plain)
    end = plain.find(":", offered.end()) if offered else -1
    marked = canonical(name[: len(plain)])  # `nếu` is no `nêu`
    left = "".join(mark if char != " " else " " for mark, char in zip(marked, plain, strict=True))
    match = _VAGUE.match(marked) or _CONDITION.search(left, 0, end if end > 0 else len(left))
    return squeeze(name[match.start() :])[:200].strip(" ();.") if match else ""


def blank(match: re.Match[str]) -> str:
    """As many blanks as the match has characters, so that places stay."""
    return " " * len(match.group())
