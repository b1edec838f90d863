"""What an adapter may raise. A message names source, endpoint or file and the next
step; never a header, body, token, narration or account number.

SourceError
├── SourceUnavailable       no usable answer; the same call may work later
│   ├── RateLimited         quota gone for longer than the deadline allows to wait
│   └── CircuitOpen         not asked: it failed too often a moment ago
└── SourceRejected          answered, and a retry cannot help
    ├── CredentialsRefused  401 twice, 403, or a refused login
    ├── UntrustedPeer       TLS verification or the pinned host key failed
    ├── MisconfiguredSource the YAML or the environment is wrong: file, line or variable named
    ├── FormatMismatch      not the format agreed: HTML, an error object, cut short
    ├── LimitExceeded       more pages, bytes or files than the source can rightly have
    ├── SchemaDrift         a field is gone or retyped: this source stops
    └── DeliveryRefused     one file or page whose totals do not agree; others go on
"""


class SourceError(Exception):
    """Base of everything an adapter raises."""


class SourceUnavailable(SourceError):
    """The far end gave no usable answer."""


class RateLimited(SourceUnavailable):
    """The quota is used up for longer than this call may wait."""


class CircuitOpen(SourceUnavailable):
    """Too many failures a moment ago; not asked until the circuit closes."""


class SourceRejected(SourceError):
    """The far end answered with something we must not use.

    `evidence`: the `adapters.base.Payload` that was refused, where there is one, to be kept
    encrypted for whoever looks into it. It is never in the message.
    """

    evidence: object = None


class CredentialsRefused(SourceRejected):
    """The credentials were refused; trying again could lock them out."""


class UntrustedPeer(SourceRejected):
    """The far end could not prove who it is."""


class MisconfiguredSource(SourceRejected):
    """The source cannot be asked as it is configured."""


class FormatMismatch(SourceRejected):
    """The answer is not in the format agreed."""


class LimitExceeded(SourceRejected):
    """The answer is larger than the source can rightly have."""


class SchemaDrift(SourceRejected):
    """A field of the source is gone or has another type."""


class DeliveryRefused(SourceRejected):
    """One delivery contradicts itself: declared and counted figures are in the message."""
