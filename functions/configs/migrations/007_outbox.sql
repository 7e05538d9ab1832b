-- Up to where changes were sent as events.
create table configs.outbox (
  is_only boolean primary key default true check (is_only),
  -- Of the feed of changes, as feed-position.ts writes it. Nobody has one before events have an address.
  position text not null,
  moved_at timestamptz not null default now()
);

-- The events that were put aside since the sink refuses them. Their documents are in configs.versions.
create table configs.undelivered (
  version bigint primary key,
  name text collate "C" not null,
  kind text not null check (kind in ('created', 'replaced', 'removed')),
  changed_at timestamptz not null,
  reason text not null,
  -- How often it was sent.
  tries int not null,
  refused_at timestamptz not null default now()
);
