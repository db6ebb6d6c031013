"""`digitizer backup` and `digitizer restore`."""

from pathlib import Path
from typing import Annotated

import typer

from digitizer.app.backup import backup, restore
from digitizer.cli.move import Steps

EXIT_LOST = 7


def backup_command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Thư mục sao lưu, nên ở đĩa khác / on another disk.")],
) -> None:
    """Sao lưu bản ghi, tệp và niêm phong, không cần dừng việc. / Back up everything while work goes on.

    Tệp đã sao lưu lần trước không chép lại. / Blobs that are there from before are not copied again.
    """
    with Steps() as steps:
        made, manifest = backup(context.obj, folder, steps.step)
    rows = sum(manifest.rows.values())
    print(f"{made}: {rows} dòng / rows, {manifest.blobs} tệp / blobs, {manifest.copied} mới / new")
    for sha256 in manifest.missing:
        print(f"thiếu hoặc hỏng trong kho / missing or damaged in the store: {sha256} (digitizer audit)")
    raise typer.Exit(EXIT_LOST if manifest.missing else 0)


def restore_command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", exists=True, help="Thư mục sao lưu / the backup folder.")],
    snapshot: Annotated[str, typer.Option(metavar="TIME", help="Bản nào; trống là mới nhất / which one.")] = "",
) -> None:
    """Khôi phục vào nơi còn trống, so từng tệp, từng dòng. / Restore into an empty home, compared as it goes.

    Vào cơ sở dữ liệu và kho tệp nào cấu hình nêu. / Into whatever stores the settings name.
    """
    with Steps() as steps:
        manifest, moved = restore(context.obj, folder, steps.step, snapshot)
    print(f"{manifest.made}: {sum(manifest.rows.values())} dòng / rows, {moved.counts.get('blobs', 0)} tệp / blobs")
    for sha256 in sorted(moved.lost):
        print(f"thiếu hoặc hỏng trong bản sao lưu / missing or damaged in the backup: {sha256}")
    print("tiếp theo / next: digitizer audit --sample 100; digitizer watch")
    raise typer.Exit(EXIT_LOST if moved.lost else 0)
