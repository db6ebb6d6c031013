"""Opens what the settings name: one file each, with an `Options` dataclass and an `open(options)` function."""

import importlib
from typing import Any

from pydantic import TypeAdapter, ValidationError

from digitizer.errors import BadSettings


def load(package: str, name: str, options: dict[str, Any]) -> Any:
    """What `digitizer.<package>.<name>.open` gives for these options; raises BadSettings."""
    if not name.isidentifier():
        raise BadSettings(f"[{package}] {name!r} is not the name of a plug")
    try:
        module = importlib.import_module(f"digitizer.{package}.{name}")
    except ModuleNotFoundError as error:
        raise BadSettings(f"[{package}] there is no {name!r}: {error}") from error
    try:
        chosen = TypeAdapter(module.Options).validate_python(options)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadSettings(f"[{package}.{name}] {where}: {first['msg']}") from error
    return module.open(chosen)
