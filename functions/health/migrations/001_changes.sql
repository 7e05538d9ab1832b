-- What the functions' states have been: a row for each change that was seen.
create table health.changes (
  id bigint generated always as identity primary key,
  function text collate "C" not null,
  state text not null,
  reason text,
  revision text,
  -- When it was first seen; it may have been so before, since nobody looks all the time.
  seen_at timestamptz not null
);
create index changes_function on health.changes (function, id);
create index changes_seen_at on health.changes (seen_at);
