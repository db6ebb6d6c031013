"""`digitizer kinds`: the kinds of paper, and the model that knows them."""

import typer

from digitizer.app import App, learning
from digitizer.store import models

kinds = typer.Typer(
    invoke_without_command=True,
    help="Các loại giấy tờ và mô hình nhận dạng. / The kinds of paper, and the model that knows them.",
    epilog="Ví dụ / examples:  kinds   ·   kinds learn   ·   kinds models   ·   kinds rollback",
)


@kinds.callback()
def _listed(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        for kind in context.obj.tables.kinds.values():
            print(f"{kind.slug}\t{kind.title}")


@kinds.command()
def learn(context: typer.Context) -> None:
    """Học từ giấy tờ đã sửa hoặc đã phát hành. / Learn from corrected and released documents.

    Một phần tư số giấy tờ được giữ lại để chấm; mô hình mới kém hơn thì không thay, mô hình cũ luôn được giữ.
    A quarter of them is kept out to judge by; a worse model replaces nothing, and old ones are kept.
    """
    app: App = context.obj
    found = learning.learn(app.records, app.tables)
    if isinstance(found, int):
        print(f"Chưa đủ giấy tờ để học: {found}, cần {learning.LEAST} / too few papers to learn from")
        raise typer.Exit(1)
    print(f"{found.papers} giấy tờ, {found.kinds} loại / papers, kinds")
    print(f"giấy tờ của cơ quan, nhận đúng / own papers named right: {found.own_before:.1%} → {found.own_after:.1%}")
    print(f"giấy tờ kèm chương trình / shipped papers: {found.shipped_before:.1%} → {found.shipped_after:.1%}")
    if found.number is None:
        print("Mô hình mới kém hơn, không thay / the new model is worse and was not taken")
        raise typer.Exit(1)
    print(f"Đang dùng mô hình {found.number} / model {found.number} is in use")


@kinds.command()
def rollback(context: typer.Context) -> None:
    """Dùng lại mô hình trước. / Use the model before again."""
    number = learning.rollback(context.obj.records)
    if number is None:
        print("Đang dùng mô hình kèm chương trình / the shipped model is in use")
        raise typer.Exit(1)
    print(f"Đang dùng mô hình {number or 'kèm chương trình'} / model {number or 'shipped'} is in use")


@kinds.command("models")
def listed(context: typer.Context) -> None:
    """Các mô hình đã học và kết quả của chúng. / The models that were learned, and what they came to."""
    number = models.in_use(context.obj.records)
    print(f"{'*' if number == 0 else ' '} 0\tkèm chương trình / shipped")
    for one in models.learned(context.obj.records):
        told = one.about
        print(
            f"{'*' if one.number == number else ' '} {one.number}\t{one.created}\t{told['papers']} giấy tờ / papers\t"
            f"{told['own_before']:.1%} → {told['own_after']:.1%}"
        )
