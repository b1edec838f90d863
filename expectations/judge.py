"""Great Expectations, kept to what it is asked for: the verdict first, rows only if it is no.

Importing it takes seconds, so that happens at the first use and never at import. It is told
to send nothing home and to draw nothing on the terminal.
"""

import logging
import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from expectations.suites import Native

# Read by Great Expectations when it is imported, which is after this.
os.environ["GX_ANALYTICS_ENABLED"] = "false"
logging.getLogger("great_expectations").setLevel(logging.WARNING)

# One batch definition is shared, and Great Expectations keeps the frame it judges in it: two
# threads at once would be given each other's verdicts.
_ALONE = threading.Lock()


def get_ready() -> None:
    """Import what takes seconds, for who has time before the first rows come."""
    failing_facts(pd.DataFrame({"everything": [True]}))


def failing_facts(facts: pd.DataFrame) -> list[str]:
    """Which columns of booleans hold a False, by one boolean expectation a column."""
    if facts.empty:
        return []
    expectations = [
        {"type": "expect_column_values_to_be_in_set",
         "kwargs": {"column": column, "value_set": [True]}}
        for column in facts.columns
    ]  # fmt: skip
    results = _validate(facts, expectations, "BOOLEAN_ONLY")
    return [
        column for column, result in zip(facts.columns, results, strict=True) if not result.success
    ]


def failing_rows(
    rows: pd.DataFrame, natives: Sequence[Native]
) -> "list[np.ndarray[Any, Any] | None]":
    """For each expectation the positions of rows it refuses; None where it refuses the whole."""
    if not natives:
        return []
    plain = rows.reset_index(drop=True)
    asked = [{"type": native.type, "kwargs": dict(native.kwargs)} for native in natives]
    verdicts = _validate(plain, asked, "BOOLEAN_ONLY")
    refused: list[np.ndarray[Any, Any] | None] = []
    for native, verdict in zip(asked, verdicts, strict=True):
        if verdict.success:
            refused.append(np.array([], dtype="int64"))
            continue
        (full,) = _validate(plain, [native], "COMPLETE")
        positions = full.result.get("unexpected_index_list")
        refused.append(None if positions is None else np.asarray(positions, dtype="int64"))
    return refused


def _validate(frame: pd.DataFrame, expectations: list[dict[str, Any]], detail: str) -> list[Any]:
    """Results in the order of the expectations. Raises where one could not be evaluated."""
    # Great Expectations sorts the results by column; an id in `meta` finds them again.
    numbered = [{**one, "meta": {"position": str(n)}} for n, one in enumerate(expectations)]
    with _ALONE:
        import great_expectations as gx  # noqa: PLC0415  (seconds: see above)

        batch = _batch_definition().get_batch({"dataframe": frame})
        suite = gx.ExpectationSuite(name="rows", expectations=numbered)
        report = batch.validate(suite, result_format=detail)
    by_position = {result.expectation_config.meta["position"]: result for result in report.results}
    results = [by_position[str(n)] for n in range(len(expectations))]
    for one, result in zip(expectations, results, strict=True):
        if _raised(result.exception_info):
            # Not the exception's text: it may quote the rows.
            raise ValueError(f"{one['type']} cannot be evaluated on {one['kwargs'].get('column')}")
    return results


def _raised(info: dict[str, Any]) -> bool:
    """Of the expectation as a whole, or of one of the metrics it asked for."""
    metrics = [one for one in info.values() if isinstance(one, dict)]
    return any(one.get("raised_exception") for one in (info, *metrics))


@lru_cache(maxsize=1)
def _batch_definition() -> Any:
    import great_expectations as gx  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]
    source = context.data_sources.add_pandas("rows")
    return source.add_dataframe_asset("rows").add_batch_definition_whole_dataframe("rows")
