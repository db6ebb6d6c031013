"""Why a value is unsure, in words for the clerk who is asked about it."""

from typing import Any

CHECKS = {
    "type_letters": "chữ viết tắt không khớp loại giấy tờ / letters of another kind",
    "own_number": "số của bản sao, không phải số đăng ký / the copy's number, not the register's",
    "odd_sign": "có ký hiệu lạ / a sign that none has",
    "open_end": "câu bị đứt đoạn / breaks off",
    "known_body": "không giống tên cơ quan / no body is called so",
    "not_in_future": "ngày ở tương lai / a day to come",
    "year_of_issue": "năm không khớp năm ban hành / not the year of issue",
    "real_day": "mã chứa ngày không có thật / a day that there is not",
    "length": "thừa hoặc thiếu chữ số / too many or too few figures",
    "century_digit": "số định danh sai quy tắc / no identity number",
    "birth_year_of_id": "năm sinh không khớp số định danh / birth year and identity number differ",
    "sex_of_id": "giới tính không khớp số định danh / sex and identity number differ",
    "check_digit": "sai số kiểm tra / wrong check digit",
    "cited_in_appendix": "phụ lục ghi khác / the appendix says otherwise",
    "order_of_days": "thứ tự các ngày không hợp lý / days out of order",
    "same_name_elsewhere": "tên ghi khác ở chỗ khác / spelled otherwise elsewhere",
    "same_on_other_paper": "giấy tờ khác ghi gần giống / another paper says almost the same",
    "agency_letters": "cơ quan và số ký hiệu không khớp / issuer and number differ",
    "signing_office": "chức vụ không ký cho cơ quan này / does not sign for this issuer",
    "known_unit": "không có đơn vị hành chính này / no such commune, district or province",
    "family_name": "không có họ này / no such family name",
    "given_name": "tên có dấu lạ / no name has these marks",
    "printed": "chữ viết tay / written by hand",
    "second_reading": "hai lần đọc ra hai số khác nhau / read in two ways",
    "qr": "mã QR ghi khác / the QR code says otherwise",
    "mrz": "dòng máy đọc ghi khác / the machine-readable zone says otherwise",
}
"""By the code of a check that a value did not pass (docs/json.md)."""


def doubts(value: dict[str, Any]) -> str:
    """What is known against an unsure value, and its other readings; empty for a sure one."""
    if not value["unsure"]:
        return ""
    failed = [CHECKS[check["code"]] for check in value["checks"] if not check["passed"] and check["code"] in CHECKS]
    others = [f"hoặc / or: {', '.join(value['alternatives'])}"] if value["alternatives"] else []
    return "; ".join([*failed, *others]) or "đọc chưa rõ / hard to read"
