"""`sources list|check`: what is configured, and whether it answers as described."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from adapters.base import SourceConfig, Variable
from pipeline.cli.choices import known
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
    """List the sources: how sure we are of their format, and the variables each reads."""
    configs = read_sources(load_settings())
    if as_json:
        emit(
            {
                "sources": [
                    {
                        "name": config.name, "kind": config.kind, "status": config.status,
                        "bank_code": config.bank_code, "datasets": sorted(config.datasets),
                        "is_configured": not config.missing, "missing": list(config.missing),
                        "variables": list(config.variables),
                    }
                    for config in configs.values()
                ]
            }
        )  # fmt: skip
        return
    out = results()
    out.print(
        table(
            "",
            ("source", "kind", "format is", "datasets", "configured"),
            (
                (
                    config.name, config.kind, config.status,
                    ", ".join(sorted(config.datasets)), "no" if config.missing else "yes",
                )
                for config in configs.values()
            ),
            spare=("datasets",),
            stack=("kind", "format is"),
        )
    )  # fmt: skip
    out.print()
    out.print(
        table(
            "What each reads from `.env` or the environment",
            ("source", "needs", "variable", "which is"),
            (
                (config.name if not place else "", _need(one), one.name, _state(one, config))
                for config in configs.values()
                for place, one in enumerate(config.variables)
            ),
        )
    )


def _need(one: Variable) -> str:
    """Whether it must be given: `either` and `or` are ways to give the same thing."""
    if one.choice:
        return "either" if one.way == 1 else "or"
    return "yes" if one.default is None else "no"


def _state(one: Variable, config: SourceConfig) -> str:
    if not one.is_set:
        return f"not set; else {one.default}" if one.default else "not set"
    if not one.choice:
        return "set"
    if one.is_used:
        return "set, used"
    others = (other for other in config.variables if other.choice == one.choice)
    return "set, not used" if any(other.is_used for other in others) else "set"


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
    known(name, configs, "NAME", "source")
    if sample is not None:
        if not sample.is_file():
            raise Misused(f"--sample: {sample} is not a file", "Give a saved answer or file.")
        found = check_sample(configs[name], sample, dataset)
        next_step = f"Mend {name}.yaml where the bank is right, else save the answer again."
    elif configs[name].missing:
        found = Found([configs[name].lack])
        next_step = "Fill in .env; `./recon sources list` says which belong together."
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
