"""The language model mends marks, spaces and enumerators, and leaves alone what it must not touch."""

import json
import random
from pathlib import Path

import pytest

from digitizer.model import Line, LineRole, Word
from digitizer.ocr import enumerators, spacing
from digitizer.ocr.language import Language, open_language
from digitizer.ocr.ngrams import Ngrams


@pytest.fixture(scope="module")
def language() -> Language:
    return open_language()


def line_of(text: str, confidence: float = 0.85, top: int = 0, role: LineRole = LineRole.BODY) -> Line:
    words, x = [], 100
    for word in text.split():
        width = 18 * len(word)
        box = (x, top, x + width, top + 30)
        quad = (box[0], box[1], box[2], box[1], box[2], box[3], box[0], box[3])
        words.append(Word(text=word, read=word, box=box, quad=quad, confidence=confidence))
        x += width + 14
    return Line(words=tuple(words), box=(100, top, x, top + 30), role=role)


def corrected(language: Language, text: str, confidence: float = 0.85) -> str:
    return language.correct((line_of(text, confidence),))[0].text


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (
            "Cơ quan có thâm quyên giải quyết thủ tục hành chính",
            "Cơ quan có thẩm quyền giải quyết thủ tục hành chính",
        ),
        ("bảo đảm an nỉnh, trật tự trên địa bàn", "bảo đảm an ninh, trật tự trên địa bàn"),
        ("theo quy định tại khoản 2 Điêu này", "theo quy định tại khoản 2 Điều này"),
        ("hồ sơ đăng ký quyền sử dụng đât của hộ gia đình", "hồ sơ đăng ký quyền sử dụng đất của hộ gia đình"),
        ("kê từ ngày nhận đủ hồ sơ hợp lệ", "kể từ ngày nhận đủ hồ sơ hợp lệ"),
        ("UỶ BAN NHÂN DÂN TÍNH", "UỶ BAN NHÂN DÂN TỈNH"),
    ],
)
def test_marks_are_mended_from_their_neighbours(language: Language, read: str, meant: str) -> None:
    assert corrected(language, read) == meant


def test_the_reading_is_kept_beside_the_correction(language: Language) -> None:
    line = language.correct((line_of("Cơ quan có thâm quyên giải quyết"),))[0]
    assert " ".join(word.read for word in line.words) == "Cơ quan có thâm quyên giải quyết"


@pytest.mark.parametrize(
    "text",
    [
        "Số: 123/QĐ-UBND ngày 05/6/2023",
        "mã hồ sơ 000.00.15.H09-231103-0012",
        "Số căn cước công dân 074190001234",
        "IDVNM1900012342074190001234<<6",
        "email: phong.kinhte@example.vn",
        "UBND, HĐND, TNHH, BHXH",
        "Windows Server, Bluetooth và Internet",
        "Lưu: VT, NC, KSTT.",
        "thửa đất số 0152, tờ bản đồ số 07",
    ],
)
@pytest.mark.parametrize("confidence", [0.4, 0.7, 0.97])
def test_codes_numbers_acronyms_and_latin_words_are_left_alone(
    language: Language, text: str, confidence: float
) -> None:
    line = language.correct((line_of(text, confidence),))[0]
    codes = [word for word in text.split() if any(char.isdigit() or char in "<@" for char in word) or word.isupper()]
    kept = [word.text for word in line.words]
    assert [word for word in codes if word not in kept] == []
    if text.startswith("Windows"):
        assert kept[:3] == ["Windows", "Server,", "Bluetooth"]


def test_names_read_with_confidence_are_not_turned_into_other_names(language: Language) -> None:
    rng = random.Random(8)
    families = ("Nguyễn", "Trần", "Lê", "Phạm", "Vũ", "Đỗ", "Hồ")
    givens = ("Hòa", "Hoá", "Thủy", "Thuý", "Toản", "Toàn", "Hường", "Hương", "Lân", "Lan")
    for _ in range(60):
        name = f"{rng.choice(families)} {rng.choice(['Văn', 'Thị', 'Đức'])} {rng.choice(givens)}"
        text = f"giao cho ông {name} chịu trách nhiệm"
        assert corrected(language, text, 0.9) == text


def test_a_broken_family_name_is_mended(language: Language) -> None:
    assert corrected(language, "Họ và tên: Nguyên Văn Bình", 0.6) == "Họ và tên: Nguyễn Văn Bình"


def test_case_and_punctuation_are_kept(language: Language) -> None:
    assert corrected(language, "“Thâm quyên” (thâm quyên); THÂM QUYÊN:") == "“Thẩm quyền” (thẩm quyền); THẨM QUYỀN:"


@pytest.mark.parametrize("text", ["khai hoá và hoà giải ở cơ sở", "khai hóa và hòa giải ở cơ sở"])
def test_the_printed_place_of_the_tone_is_kept(language: Language, text: str) -> None:
    assert corrected(language, text, 0.95) == text


def test_context_reaches_over_line_ends(language: Language) -> None:
    lines = (line_of("theo đề nghị của cơ quan có thâm"), line_of("quyên và quy định của pháp luật", top=50))
    out = language.correct(lines)
    assert out[0].text.endswith("thẩm")
    assert out[1].text.startswith("quyền")


def test_order_boxes_and_roles_of_lines_are_kept(language: Language) -> None:
    lines = (line_of("Điêu 1. Phạm vi điêu chỉnh"), line_of("Nguyện Văn", top=50, role=LineRole.HANDWRITING))
    out = language.correct(lines)
    assert [line.box for line in out] == [line.box for line in lines]
    assert [[word.box for word in line.words] for line in out] == [[w.box for w in line.words] for line in lines]
    assert out[1] == lines[1]


def test_no_lines_and_empty_lines_come_back_as_they_are(language: Language) -> None:
    empty = Line(words=(), box=(0, 0, 1, 1))
    assert language.correct(()) == ()
    assert language.correct((empty,)) == (empty,)


def test_confidence_is_a_probability_that_follows_the_evidence(language: Language) -> None:
    sure = language.correct((line_of("Căn cứ Luật Tổ chức chính quyền địa phương", 0.97),))[0]
    doubtful = language.correct((line_of("Cãn cúr Luậi Tô chưc chỉnh quyển đia phưong", 0.3),))[0]
    assert all(0.0 < word.confidence < 1.0 for word in (*sure.words, *doubtful.words))
    assert sure.confidence > 0.97
    assert doubtful.confidence < 0.8


def test_blanks_are_mended_only_where_certain(language: Language) -> None:
    grams: Ngrams = language.ngrams
    assert spacing.mend((line_of("thủ tụchành chính"),), grams)[0].text == "thủ tục hành chính"
    for text in ("thủ tục hành chính", "Công ty TNHH Microsoft", "rơ moóc", "ki lô gam", "Krông Búk"):
        assert spacing.mend((line_of(text),), grams)[0].text == text


def test_a_word_printed_without_blank_twice_is_left(language: Language) -> None:
    lines = (line_of("đăng ký rơmoóc và biển số"), line_of("chủ của rơmoóc phải nộp", top=50))
    assert spacing.mend(lines, language.ngrams) == lines


def test_a_split_word_shares_its_box_and_reading(language: Language) -> None:
    grams: Ngrams = language.ngrams
    line = line_of("quyềnsử")
    whole = line.words[0]
    left, right = spacing.mend((line,), grams)[0].words
    assert (left.text, right.text) == ("quyền", "sử")
    assert left.read + right.read == whole.read
    assert left.box[0] == whole.box[0]
    assert left.box[2] == right.box[0]
    assert right.box[2] == whole.box[2]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("a b c d d e g", "a b c d đ e g"),
        ("a b e d đ e", "a b c d đ e"),
        ("g h 1 k l m", "g h i k l m"),
        ("a b a b c", "a b a b c"),
        ("1 2 3", "1 2 3"),
        ("d d", "d đ"),
        ("a b © d", "a b c d"),
        ("đ e ø h", "đ e g h"),
        ("a", "a"),
    ],
)
def test_enumerators_are_a_sequence(read: str, meant: str) -> None:
    lines = tuple(line_of(f"{letter}) Nội dung khác") for letter in read.split())
    assert " ".join(line.words[0].text[:-1] for line in enumerators.mend(lines)) == meant


def test_the_model_is_small_and_mapped_and_its_tuning_is_plain_numbers() -> None:
    folder = Path(enumerators.__file__).parent
    assert (folder / "language.bin").stat().st_size < 5_000_000
    tuning = json.loads((folder / "language.json").read_text(encoding="utf-8"))
    assert 0 < tuning["weight"] < 2
    grams = Ngrams(folder / "language.bin")
    likely, unlikely = grams.ids["quyền"], grams.ids["quyên"]
    assert grams.two(grams.ids["thẩm"], likely) > grams.two(grams.ids["thẩm"], unlikely) + 3
