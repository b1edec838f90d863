"""Is this batch fit to use? Great Expectations suites by shape, one YAML each."""

from expectations.verdict import Verdict, validate

__all__ = ["Verdict", "validate"]
