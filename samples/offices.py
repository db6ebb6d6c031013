"""Offices: what stands in their header, number, signature block and seal."""

from dataclasses import dataclass
from random import Random

from samples.people import MEN, SURNAMES, WOMEN
from samples.places import Place, bare

SECTORS = {
    "xay_dung": ("Sở Xây dựng", "Sở Xây dựng", "SXD"),
    "dat": ("Sở Tài nguyên và Môi trường", "Sở Nông nghiệp và Môi trường", "STNMT"),
    "noi_vu": ("Sở Nội vụ", "Sở Nội vụ", "SNV"),
    "tu_phap": ("Sở Tư pháp", "Sở Tư pháp", "STP"),
    "y_te": ("Sở Y tế", "Sở Y tế", "SYT"),
    "giao_duc": ("Sở Giáo dục và Đào tạo", "Sở Giáo dục và Đào tạo", "SGDĐT"),
    "lao_dong": ("Sở Lao động - Thương binh và Xã hội", "Sở Nội vụ", "SLĐTBXH"),
    "thong_tin": ("Sở Thông tin và Truyền thông", "Sở Khoa học và Công nghệ", "STTTT"),
    "cong_thuong": ("Sở Công Thương", "Sở Công Thương", "SCT"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office.  `parent` and `name` are the lines of ô số 2; `issuer` as normalised; `symbol` as in its numbers;
    `heads`: the lines of authority over its deputy's and its head's signature.
    """

    parent: tuple[str, ...]
    name: tuple[str, ...]
    issuer: str
    symbol: str
    town: str
    head: str
    authority: tuple[str, ...]
    signer: str
    signer_title: str
    seal: str
    department: str

    @staticmethod
    def of(random: Random, at: Place, level: str, sector: str = "") -> "Office":
        """An office of `level`: `unit` (xã), `district`, `province`, `sector` (sở), `division` (phòng), `registry`
        (văn phòng đăng ký đất đai), `centre` (trung tâm phục vụ hành chính công), `hospital`, `notary`, `tax`,
        `police`, `school`.  After July 2025 a district is a commune-level unit.
        """
        if level == "district" and at.merged:
            level = "unit"
        return _Builder(random, at).build(level, sector)


@dataclass
class _Builder:
    random: Random
    at: Place

    def build(self, level: str, sector: str) -> Office:
        made: Office = getattr(self, f"_{level}")(sector)
        return made

    def _make(
        self,
        *,
        parent: tuple[str, ...],
        name: str | tuple[str, ...],
        issuer: str,
        symbol: str,
        town: str,
        head: str,
        collective: str = "",
        department: str = "VP",
        deputy: str = "",
    ) -> Office:
        random = self.random
        lines: list[str] = [f"TM. {collective.upper()}"] if collective else []
        title = head
        if random.random() < 0.55:
            lines.append(f"KT. {head.upper()}")
            title = deputy or f"Phó {head}"
        lines.append(title.upper())
        names = (name,) if isinstance(name, str) else name
        return Office(
            parent=tuple(line.upper() for line in parent),
            name=tuple(line.upper() for line in names),
            issuer=issuer,
            symbol=symbol,
            town=town,
            head=head,
            authority=tuple(lines),
            signer=f"{random.choice(SURNAMES)} {random.choice(MEN + WOMEN)}",
            signer_title=title.upper(),
            seal=" ".join(names),
            department=department,
        )

    def _unit(self, _: str) -> Office:
        at, random = self.at, self.random
        town = bare(at.unit)
        collective = f"Ủy ban nhân dân {at.unit}" if random.random() < 0.3 else "Ủy ban nhân dân"
        if at.merged or random.random() < 0.5:
            parent: tuple[str, ...] = ()
            name: tuple[str, ...] = ("Ủy ban nhân dân", at.unit)
        else:
            parent, name = ("Ủy ban nhân dân", at.district), ("Ủy ban nhân dân", at.unit)
        return self._make(
            parent=parent,
            name=name,
            issuer=f"UBND {at.unit}",
            symbol="UBND",
            town=town,
            head="Chủ tịch",
            collective=collective,
            department=random.choice(("VP", "TP", "ĐC-XD", "VHXH")),
        )

    def _district(self, _: str) -> Office:
        at = self.at
        return self._make(
            parent=(),
            name=("Ủy ban nhân dân", at.district),
            issuer=f"UBND {at.district}",
            symbol="UBND",
            town=bare(at.district),
            head="Chủ tịch",
            collective="Ủy ban nhân dân",
            department=self.random.choice(("TNMT", "QLĐT", "KT", "TCKH")),
        )

    def _province(self, _: str) -> Office:
        at = self.at
        return self._make(
            parent=(),
            name=("Ủy ban nhân dân", at.province_name),
            issuer=f"UBND {at.province_name[0].lower()}{at.province_name[1:]}",
            symbol="UBND",
            town=bare(at.province_name),
            head="Chủ tịch",
            collective="Ủy ban nhân dân",
            department=self.random.choice(("KT", "TH", "NC", "VX")),
        )

    def _sector(self, sector: str) -> Office:
        at = self.at
        before, after, symbol = SECTORS[sector or self.random.choice(list(SECTORS))]
        name = after if at.merged else before
        if at.merged and name != before:
            symbol = {"Sở Nông nghiệp và Môi trường": "SNNMT", "Sở Nội vụ": "SNV", "Sở Khoa học và Công nghệ": "SKHCN"}[
                name
            ]
        return self._make(
            parent=("Ủy ban nhân dân", at.province_name),
            name=name if len(name) < 28 else (name[: name.index(" ", 14)], name[name.index(" ", 14) + 1 :]),
            issuer=name,
            symbol=symbol,
            town=bare(at.province_name),
            head="Giám đốc",
            department=self.random.choice(("VP", "TTr", "QLHĐXD", "KHTC")),
        )

    def _division(self, _: str) -> Office:
        at = self.at
        over = at.unit if at.merged else at.district
        name = self.random.choice(
            ("Phòng Kinh tế", "Phòng Văn hóa và Thông tin", "Phòng Tư pháp", "Phòng Quản lý đô thị")
        )
        if at.merged:
            name = self.random.choice(("Phòng Kinh tế", "Phòng Văn hóa - Xã hội"))
        symbol = "P" + "".join(word[0] for word in name.split()[1:] if word[0].isupper() or word[0].isalpha()).upper()
        return self._make(
            parent=("Ủy ban nhân dân", over),
            name=name,
            issuer=name,
            symbol=symbol,
            town=bare(over),
            head="Trưởng phòng",
        )

    def _registry(self, _: str) -> Office:
        at = self.at
        over = "Sở Nông nghiệp và Môi trường" if at.merged else "Sở Tài nguyên và Môi trường"
        where = bare(at.unit) if at.merged else bare(at.district)
        name = ("Văn phòng Đăng ký đất đai", f"Chi nhánh {where}")
        return self._make(
            parent=(over,),
            name=name,
            issuer=f"{name[0]} {name[1]}",
            symbol="CNVPĐKĐĐ",
            town=where,
            head="Giám đốc",
            department="ĐKCG",
        )

    def _centre(self, _: str) -> Office:
        at = self.at
        over = at.unit if at.merged else at.district
        name = ("Trung tâm", "Phục vụ hành chính công") if at.merged else ("Bộ phận tiếp nhận", "và trả kết quả")
        return self._make(
            parent=("Ủy ban nhân dân", over),
            name=name,
            issuer=" ".join(name),
            symbol="TTPVHCC" if at.merged else "BPTNTKQ",
            town=bare(over),
            head="Giám đốc" if at.merged else "Trưởng bộ phận",
        )

    def _hospital(self, _: str) -> Office:
        at = self.at
        where = bare(at.district or at.unit)
        name = self.random.choice(
            (f"Trung tâm Y tế {where}", f"Bệnh viện Đa khoa {where}", f"Bệnh viện Phụ sản {where}")
        )
        return self._make(
            parent=("Sở Y tế", at.province_name),
            name=name,
            issuer=name,
            symbol="TTYT" if name.startswith("Trung") else "BV",
            town=bare(at.province_name),
            head="Giám đốc",
            department="KHTH",
        )

    def _tax(self, _: str) -> Office:
        at = self.at
        where = bare(at.district or at.unit)
        name = f"Thuế cơ sở {self.random.randint(2, 30)}" if at.merged else f"Chi cục Thuế khu vực {where}"
        over = f"Thuế {at.province_name}" if at.merged else f"Cục Thuế {at.province_name}"
        return self._make(
            parent=(over,),
            name=name,
            issuer=name,
            symbol="TCS" if at.merged else "CCTKV",
            town=where,
            head="Trưởng Thuế cơ sở" if at.merged else "Chi cục trưởng",
            deputy="Phó Trưởng Thuế cơ sở" if at.merged else "Phó Chi cục trưởng",
        )

    def _police(self, _: str) -> Office:
        at = self.at
        over = f"Công an {at.province_name if at.merged else at.district}"
        name = f"Công an {at.unit}"
        return self._make(
            parent=(over,),
            name=name,
            issuer=name,
            symbol="CAX",
            town=bare(at.unit),
            head="Trưởng Công an",
            deputy="Phó Trưởng Công an",
        )

    def _school(self, _: str) -> Office:
        at = self.at
        over = at.unit if at.merged else at.district
        name = self.random.choice(
            ("Trường Tiểu học Hoa Mai", "Trường Trung học cơ sở Bàu Sen", "Trường Mầm non Sao Mai")
        )
        return self._make(
            parent=("Ủy ban nhân dân", over) if at.merged else ("Phòng Giáo dục và Đào tạo", over),
            name=name,
            issuer=name,
            symbol="TH",
            town=bare(over),
            head="Hiệu trưởng",
        )
