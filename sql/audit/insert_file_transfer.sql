-- One file fetched, or tried.
insert into audit.file_transfer (
    source, host, name, started_at, outcome, latency_ms, bytes, sha256, attempt
)
values (
    :source, :host, :name, :started_at, :outcome, :latency_ms, :bytes, :sha256, :attempt
)
