"""Every reason for which a file is refused: what a clerk reads, and what to do about it.

The codes are stable: other programs may know them.
"""

from typing import NamedTuple

from digitizer.errors import Refused


class _Texts(NamedTuple):
    vi: str
    en: str


_REASONS: dict[str, _Texts] = {
    "unreadable": _Texts(
        vi="Không mở được tệp (có thể do quyền truy cập hoặc lỗi ổ đĩa). Hãy kiểm tra rồi nộp lại.",
        en="The file can't be opened (access rights, or a disk fault). Check it and hand it in again.",
    ),
    "empty": _Texts(
        vi="Tệp rỗng (0 byte). Hãy quét hoặc sao chép lại.",
        en="The file is empty (0 bytes). Scan or copy it again.",
    ),
    "unknown-type": _Texts(
        vi="Không phải tệp quét mà hệ thống đọc được. Chỉ nhận PDF, TIFF, JPEG, PNG, WebP, BMP, GIF, HEIC, "
        "JPEG 2000, PNM và ZIP chứa các tệp đó. Hãy quét giấy tờ hoặc xuất ra PDF rồi nộp lại.",
        en="This is no scan that can be read. PDF, TIFF, JPEG, PNG, WebP, BMP, GIF, HEIC, JPEG 2000, PNM and "
        "ZIPs of these are taken. Scan the paper, or export it as PDF, and hand it in again.",
    ),
    "office-document": _Texts(
        vi="Đây là tệp văn phòng (Word, Excel, OpenDocument…). Hãy mở tệp, chọn In hoặc Lưu thành PDF, rồi "
        "nộp tệp PDF.",
        en="This is an office document (Word, Excel, OpenDocument …). Open it, print or save it as PDF, and "
        "hand in the PDF.",
    ),
    "other-archive": _Texts(
        vi="Tệp nén này không phải ZIP (RAR, 7z, gzip, tar…). Hãy giải nén, hoặc nén lại bằng ZIP, rồi nộp lại.",
        en="This archive is not a ZIP (RAR, 7z, gzip, tar …). Unpack it, or pack it as ZIP, and hand it in again.",
    ),
    "password": _Texts(
        vi="Tệp PDF cần mật khẩu để mở. Hãy bỏ mật khẩu rồi nộp lại.",
        en="The PDF needs a password to be opened. Remove the password and hand it in again.",
    ),
    "xfa-form": _Texts(
        vi="Biểu mẫu PDF động (XFA): nội dung không nằm trên trang. Hãy mở bằng Adobe Reader, in ra PDF, rồi "
        "nộp tệp in.",
        en="A dynamic PDF form (XFA): its content is not on its pages. Open it in Adobe Reader, print it to "
        "PDF, and hand that in.",
    ),
    "no-pages": _Texts(
        vi="Tệp PDF không có trang nào. Hãy quét hoặc xuất lại.",
        en="The PDF has no pages. Scan or export it again.",
    ),
    "damaged": _Texts(
        vi="Tệp hỏng hoặc lưu theo kiểu không đọc được: không mở được trang nào. Hãy quét lại, hoặc lưu lại thành PDF.",
        en="The file is damaged, or stored in a way that can't be read: no page of it opens. Scan it again, "
        "or save it as PDF.",
    ),
    "too-large": _Texts(
        vi="Tệp lớn {size_mb} MB, quá giới hạn {limit_mb} MB (limits.file_mb). Hãy chia nhỏ rồi nộp lại.",
        en="The file has {size_mb} MB, over the limit of {limit_mb} MB (limits.file_mb). Divide it and hand "
        "it in again.",
    ),
    "too-many-pages": _Texts(
        vi="Tệp có {pages} trang, quá giới hạn {limit} trang (limits.pages). Hãy chia nhỏ rồi nộp lại.",
        en="The file has {pages} pages, over the limit of {limit} (limits.pages). Divide it and hand it in again.",
    ),
    "too-many-pixels": _Texts(
        vi="Ảnh trang {page} có {width} × {height} điểm ảnh, quá giới hạn {limit} (limits.page_pixels). Hãy "
        "quét lại với độ phân giải thấp hơn (300 dpi).",
        en="The image of page {page} has {width} × {height} pixels, over the limit of {limit} "
        "(limits.page_pixels). Scan it again at a lower resolution (300 dpi).",
    ),
    "too-slow": _Texts(
        vi="Xem xét tệp quá {seconds} giây (limits.examine_seconds): tệp hỏng hoặc quá phức tạp. Hãy quét "
        "hoặc in lại ra PDF.",
        en="Looking at the file took over {seconds} seconds (limits.examine_seconds): it is damaged or too "
        "complicated. Scan it again, or print it to PDF again.",
    ),
    "too-hungry": _Texts(
        vi="Tệp làm cạn bộ nhớ hoặc làm dừng chương trình khi mở: tệp hỏng. Hãy quét hoặc in lại ra PDF.",
        en="Opening the file exhausted the memory or stopped the program: it is damaged. Scan it again, or "
        "print it to PDF again.",
    ),
    "zip-damaged": _Texts(
        vi="Tệp ZIP hỏng ({what}). Hãy nén hoặc sao chép lại.",
        en="The ZIP is damaged ({what}). Pack or copy it again.",
    ),
    "zip-empty": _Texts(
        vi="Tệp ZIP không có giấy tờ nào. Hãy kiểm tra rồi nén lại.",
        en="The ZIP holds no paper. Check it and pack it again.",
    ),
    "zip-encrypted": _Texts(
        vi="Tệp ZIP có mật khẩu. Hãy nén lại không đặt mật khẩu.",
        en="The ZIP is protected by a password. Pack it again without one.",
    ),
    "zip-method": _Texts(
        vi="Tệp ZIP dùng kiểu nén không hỗ trợ. Hãy nén lại kiểu ZIP thông thường (Deflate).",
        en="The ZIP uses a compression that is not supported. Pack it again as an ordinary ZIP (Deflate).",
    ),
    "zip-nested": _Texts(
        vi="Trong tệp ZIP lại có tệp ZIP: {name}. Hãy giải nén tệp bên trong rồi nén lại, hoặc nộp riêng.",
        en="There is a ZIP inside the ZIP: {name}. Unpack the inner one and pack again, or hand it in by itself.",
    ),
    "zip-unsafe": _Texts(
        vi="Tệp ZIP có tên hoặc loại tệp không an toàn: {name}. Hãy nén lại từ một thư mục thông thường.",
        en="The ZIP has an unsafe name or kind of file: {name}. Pack it again from an ordinary folder.",
    ),
    "zip-too-many": _Texts(
        vi="Tệp ZIP có {count} tệp, quá giới hạn {limit} (limits.archive_members). Hãy chia nhỏ.",
        en="The ZIP has {count} files, over the limit of {limit} (limits.archive_members). Divide it.",
    ),
    "zip-too-large": _Texts(
        vi="Giải nén tệp ZIP được hơn {limit_mb} MB, quá giới hạn (limits.archive_mb). Hãy chia nhỏ.",
        en="Unpacked, the ZIP has more than {limit_mb} MB, over the limit (limits.archive_mb). Divide it.",
    ),
    "zip-ratio": _Texts(
        vi="Tệp ZIP nén gấp hơn {limit} lần (limits.archive_ratio), giống tệp phá hoại. Hãy nộp các tệp không nén.",
        en="The ZIP is packed more than {limit} times (limits.archive_ratio), as a malicious one is. Hand the "
        "files in unpacked.",
    ),
}

CODES = tuple(_REASONS)
"""Every code, in the order of the table."""


def refused(code: str, **facts: object) -> Refused:
    """The error to raise for this code, its sentences filled with the facts; KeyError for an unknown code."""
    texts = _REASONS[code]
    return Refused(code, texts.vi.format(**facts), texts.en.format(**facts))
