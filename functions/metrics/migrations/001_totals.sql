-- Counts of processes that come and go. Every number is whole: durations are millionths of a second.

create table metrics.metrics (
  name text primary key,
  type text not null check (type in ('counter', 'gauge', 'histogram')),
  help text not null
);

-- Everything that has a number. Rows of processes have the id, 64 bits of a hash of the rest, instead of the name.
create table metrics.series (
  id bigint primary key,
  metric text not null references metrics.metrics (name),
  -- As JSON, in the order in which they are told.
  labels text not null,
  -- Empty for a counter or a gauge; of a histogram `sum`, or the upper bound of a bucket that has its own values alone.
  part text not null
);

-- What ended processes have counted.
create table metrics.totals (
  series bigint primary key,
  value bigint not null
);

-- A row a process. It counts for `counts` less `base_counts`, which is what the totals have of it already.
create table metrics.processes (
  id uuid primary key,
  sequence bigint not null,
  has_ended boolean not null default false,
  -- In the totals. The row stays for a day or more, so that what it pushed before and comes late changes nothing.
  is_folded boolean not null default false,
  seen_at timestamptz not null default now(),
  series bigint[] not null,
  counts bigint[] not null,
  base_series bigint[] not null default '{}',
  base_counts bigint[] not null default '{}',
  gauge_series bigint[] not null default '{}',
  gauges bigint[] not null default '{}',
  -- [{series, traceId, value, at}]
  exemplars jsonb
)
-- A row is written every few seconds. In place, since no index has what changes, and there is room on its page.
with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);

-- Most rows are of processes that have ended.
create index processes_counting on metrics.processes (id) where not is_folded;
