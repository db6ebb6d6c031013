"""veraPDF (Maven's org.verapdf.apps:greenfield-apps), which judges every PDF/A that we write."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def verdicts(files: list[Path]) -> dict[str, str]:
    """What veraPDF says of each file by its name, all in one JVM: `PASS`, or the rules that were broken."""
    jar = subprocess.run([ROOT / "scripts/get-verapdf"], check=True, capture_output=True, text=True).stdout.strip()
    command = [
        "java",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        jar,
        "org.verapdf.apps.GreenfieldCliWrapper",
        "-f",
        "2b",
        "--format",
        "text",
        "-v",
    ]
    said = subprocess.run([*command, *files], check=False, capture_output=True, text=True).stdout
    found = {}
    for block in re.split(r"(?m)^(?=PASS|FAIL)", said):
        head = re.match(r"(PASS|FAIL) (.+) 2b", block)
        if head:
            found[Path(head.group(2)).name] = "PASS" if head.group(1) == "PASS" else block
    return found
