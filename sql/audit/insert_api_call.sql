-- One call to a source: what, when, how it ended. Never headers, bodies, queries, tokens.
insert into audit.api_call (
    source, method, endpoint, started_at, status, outcome, latency_ms, bytes, attempt
)
values (
    :source, :method, :endpoint, :started_at, :status, :outcome, :latency_ms, :bytes, :attempt
)
