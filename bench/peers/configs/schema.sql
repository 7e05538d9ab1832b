-- The table of every peer.
create table configs (
  name text primary key,
  metadata jsonb not null
);
