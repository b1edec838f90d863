"""Is this batch fit to use? Great Expectations suites by shape, one YAML each."""

from expectations.judge import get_ready
from expectations.verdict import Verdict, validate

__all__ = ["Verdict", "get_ready", "validate"]
