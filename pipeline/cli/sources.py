"""`sources list|check`: what is configured, and whether it answers as described."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from pipeline.cli.failures import CheckFound, Misused
from pipeline.cli.options import AsJson
from pipeline.cli.output import emit, results, table
from pipeline.cli.session import installation, load_settings
from pipeline.source_checks import (
    Found,
    check_sample,
    check_source,
    read_sources,
)

app = typer.Typer(help="The banks, the gateway and our own systems, as configured.")


@app.command("list")
def list_command(*, as_json: AsJson = False) -> None:
    """List the sources: kind, how sure we are of their format, and what is missing."""
    configs = read_sources(load_settings())
    if as_json:
        emit(
            {
                "sources": [
                    {
                        "name": config.name, "kind": config.kind, "status": config.status,
                        "bank_code": config.bank_code, "datasets": sorted(config.datasets),
                        "is_configured": not config.missing, "missing": list(config.missing),
                    }
                    for config in configs.values()
                ]
            }
        )  # fmt: skip
        return
    results().print(
        table(
            "",
            ("source", "kind", "format is", "datasets", "missing variables"),
            (
                (
                    config.name, config.kind, config.status,
                    ", ".join(sorted(config.datasets)), ", ".join(config.missing),
                )
                for config in configs.values()
            ),
        )
    )  # fmt: skip


@app.command("check")
def check_command(
    *,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    sample: Annotated[
        Path | None,
        typer.Option("--sample", metavar="FILE", help="Map this saved answer instead, offline."),
    ] = None,
    dataset: Annotated[
        str | None, typer.Option("--dataset", help="Which dataset the sample is of.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Reach a source once, or map a saved sample offline, and say what is wrong."""
    settings = load_settings()
    configs = read_sources(settings)
    if name not in configs:
        raise Misused(f"no source is called {name!r}", f"There are: {', '.join(sorted(configs))}.")
    if sample is not None:
        if not sample.is_file():
            raise Misused(f"--sample: {sample} is not a file", "Give a saved answer or file.")
        found = check_sample(configs[name], sample, dataset)
        next_step = f"Mend {name}.yaml where the bank is right, else save the answer again."
    elif configs[name].missing:
        found = Found([configs[name].lack])
        next_step = "Fill in .env; .env.example says which belong together."
    else:
        next_step = "Mend what the sentence names; `./recon doctor` looks at all the rest."
        with installation(may_be_first=True) as (settings, store):
            found = check_source(settings, store, configs[name])
    if as_json:
        emit({"source": name, "wrong": found.wrong, "rows": found.rows})
    else:
        out = results()
        for sentence in found.wrong:
            out.print(Text(f"wrong: {sentence}"))
        if not found.wrong:
            out.print(Text(f"{name}: well" + (f", {found.rows_total} rows" if sample else "")))
        if found.rows:
            columns = sorted({key for row in found.rows for key in row})
            cells = ([row.get(key) for key in columns] for row in found.rows)
            out.print(table("", columns, cells))
    if found.wrong:
        count = len(found.wrong)
        raise CheckFound(f"{name}: {count} finding{'s' * (count > 1)}", next_step)
