"""Lists of papers that were read whole go before the rules, as long as their words have not changed."""

from dataclasses import replace

import pytest

from digitizer.classify.cells import HEADS
from digitizer.classify.components import Reader
from digitizer.classify.lists import by_mark, mark
from digitizer.classify.tables import Tables
from digitizer.errors import BadSettings

GLUED = (
    f"--{HEADS}Các loại giấy phép thả diều theo quy định (nếu có)1 bản chính"
    "Đơn xin thả diều và bản vẽ con diều; Văn bản chấp thuận của xã nơi thả diều1 bản chính,2 bản sao"
)


def read(tables: Tables, *lines: str, glued: str = GLUED) -> Reader:
    return Reader(replace(tables, lists="\n".join(("# 1.990001", f"1.990001 {mark(glued)}", *lines))))


def test_a_list_that_was_read_whole_is_taken_as_its_readers_understood_it(tables: Tables) -> None:
    lines = ("?Các loại giấy phép thả diều", "Đơn xin thả diều=don", "bản vẽ con diều=ban_ve", "Văn bản chấp thuận")
    reader = read(tables, *lines)
    licence, form, drawing, letter = reader.components(GLUED, "Bay diều")
    assert reader.read_whole(GLUED)
    assert (licence.optional, licence.condition, licence.others) == (True, "nếu có", True)
    assert (form.name, form.kinds, form.optional) == ("Đơn xin thả diều và", ("don",), False)
    assert (drawing.name, drawing.kinds, drawing.originals, drawing.copies) == ("bản vẽ con diều", ("ban_ve",), 1, 2)
    assert (letter.name, letter.kinds[0], letter.others) == ("Văn bản chấp thuận của xã nơi thả diều", "cong_van", True)


def test_what_only_comes_with_another_paper_is_perhaps(tables: Tables) -> None:
    glued = f"--{HEADS}Đơn xin thả diều kèm theo danh sách người thả1 bản chính"
    form, names = read(tables, "Đơn xin=don", "danh sách người thả=danh_sach", glued=glued).components(glued, "")
    assert (form.optional, names.optional) == (False, True)


def test_a_paper_that_no_kind_names_is_told_by_its_title_and_a_choice_leaves_it_open(tables: Tables) -> None:
    title, choice = read(tables, "Các loại giấy phép=khong_ro", "Đơn xin=don|khong_ro").components(GLUED, "")
    assert (title.kinds, title.others) == ((), False)
    assert (choice.kinds, choice.others) == (("don",), True)


def test_the_mark_is_that_of_the_words_alone(tables: Tables) -> None:
    spaced = GLUED.replace(" ", "  ").replace(";", " ;")
    assert mark(spaced) == mark(GLUED)
    changed = GLUED.replace("2 bản sao", "3 bản sao")
    assert mark(changed) != mark(GLUED)
    assert not read(tables, "Đơn xin thả diều=don").read_whole(changed)


@pytest.mark.parametrize("line", ["Đơn xin thả diều=cua_do", "=don", "? =don", f"1.990002 {mark(GLUED)}"])
def test_a_line_that_is_wrong_is_named(tables: Tables, line: str) -> None:
    with pytest.raises(BadSettings, match=r"lists\.txt:3: "):
        read(tables, line)


def test_a_paper_before_any_list_is_wrong(tables: Tables) -> None:
    with pytest.raises(BadSettings, match=r"lists\.txt:2: "):
        by_mark(replace(tables, lists="# Đơn\nĐơn xin thả diều=don"))


def test_blocks_are_parted_by_their_heads_whatever_stands_between_them(tables: Tables) -> None:
    text = "\n\n1.990001 0123456789ab\nĐơn=don\n \n\n1.990002 0123456789ac\n1.990003 0123456789ad\n? Bản vẽ =ban_ve\n"
    found = by_mark(replace(tables, lists=text))
    assert [[paper.name for paper in papers] for papers in found.values()] == [["Đơn"], [], ["Bản vẽ"]]


def test_a_name_is_not_cut_at_another_one_inside_it(tables: Tables) -> None:
    lines = ("Văn bản chấp thuận của xã=cong_van", "chấp thuận của xã=quyet_dinh", "không còn trong danh mục=don")
    letter, inside, gone = read(tables, *lines).components(GLUED, "")
    assert letter.name == "Văn bản chấp thuận của xã nơi thả diều"
    assert inside.copies == 2
    assert gone.name == "không còn trong danh mục"


def test_the_lists_that_come_with_it_can_be_taken_apart(tables: Tables) -> None:
    found = by_mark(tables)
    assert len(found) > 1000
    assert all(sum(not paper.optional for paper in papers) < 60 for papers in found.values())
