"""Why a server can't be used, in words: nobody knows its name, nobody listens, or it refuses."""

import socket

from sqlalchemy import make_url

from digitizer.settings import Settings

_SECONDS = 3.0
_PORTS = {"postgresql": 5432, "http": 80, "https": 443}


def records_remedy(settings: Settings) -> str:
    """What to do when the records can't be used."""
    url = make_url(settings.database)
    if not url.drivername.startswith("postgres"):
        return "kiểm tra records_url và quyền ghi thư mục / check records_url and the rights of its folder"
    host, port = url.host or "localhost", url.port or _PORTS["postgresql"]
    return _network(host, port) or (
        f"{host}:{port} có trả lời nhưng từ chối: kiểm tra người dùng, mật khẩu (~/.pgpass, $PGPASSWORD), tên CSDL và "
        "pg_hba.conf / it answers but refuses: check user, password, database name and pg_hba.conf"
    )


def blobs_remedy(settings: Settings) -> str:
    """What to do when the blobs can't be used."""
    options = settings.blobs.options
    if settings.blobs.use != "bucket":
        return "kiểm tra [blobs], chỗ trống và quyền ghi thư mục / check [blobs], free room and the folder's rights"
    host, _, port = str(options.get("endpoint", "")).partition(":")
    scheme = "https" if options.get("secure") else "http"
    return _network(host, int(port) if port.isdigit() else _PORTS[scheme]) or (
        f"máy chủ có trả lời: kiểm tra khóa, quyền trên bucket, secure ({scheme}) và đồng hồ hai máy / "
        "it answers: check keys, rights on the bucket, `secure`, and that both clocks agree"
    )


def _network(host: str, port: int) -> str:
    """What is wrong before the server itself is asked; empty when it takes connections."""
    try:
        socket.create_connection((host, port), timeout=_SECONDS).close()
    except socket.gaierror:
        return f"không có máy nào tên {host} / there is no host {host}: kiểm tra tên, DNS"
    except TimeoutError:
        return f"{host}:{port} không trả lời: mạng hoặc tường lửa / no answer: network or firewall"
    except OSError:
        return f"{host}:{port} không ai nghe: chưa chạy hoặc sai cổng / nobody listens: not started, or another port"
    return ""
