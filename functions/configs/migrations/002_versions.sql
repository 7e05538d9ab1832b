-- Every change makes a version, and what it replaced is kept.
--
-- Safe on a large table that is in use: no row of configs.configs is read or rewritten. A column whose default is a
-- constant is stored once for all rows there are (PostgreSQL 11 and later), so the lock that ALTER TABLE takes is held
-- for milliseconds. It is asked for last, and given up after three seconds: while it is waited for, others wait behind.
-- A migration that gave up has changed nothing, and is run again.
set local lock_timeout = '3s';

-- All names draw from one sequence, so no version of a name ever comes back, nor its ETag with it: not after the config
-- was removed and created again, and not when nothing is left that knows of the one before. 1 is what was there before.
create sequence configs.version as bigint start 2;

-- What configs were. What they are now is in configs.configs only.
create table configs.versions (
  name text collate "C" not null,
  version bigint not null,
  name_key text check (name_key in ('name', 'dcname')),
  -- Null in a version that is a removal.
  metadata json,
  changed_at timestamptz not null,
  -- Who made this version; null where nobody had to say who they are.
  actor text,
  -- When it was no longer what the config is, or was removed: what is kept is kept from here on.
  replaced_at timestamptz not null default clock_timestamp(),
  primary key (name, version)
);
create index versions_replaced_at on configs.versions (replaced_at);

-- The answers that were given to requests with an Idempotency-Key. All else in an answer is known from its request.
create table configs.idempotency_keys (
  key text collate "C" primary key,
  -- SHA-256 of what the request stores.
  fingerprint bytea not null,
  version bigint not null,
  created_at timestamptz not null default now()
);
create index idempotency_keys_created_at on configs.idempotency_keys (created_at);

-- A trigger, so that a change is kept whoever makes it: this version of the function, the one before while both run, or
-- somebody with psql. It runs when the row is locked, so versions of a name are in the order of their changes.
create function configs.keep_version() returns trigger language plpgsql as $$
begin
  insert into configs.versions (name, version, name_key, metadata, changed_at, actor)
  values (old.name, old.version, old.name_key, old.metadata, old.updated_at, old.actor);
  if tg_op = 'DELETE' then
    insert into configs.versions (name, version, changed_at)
    values (old.name, nextval('configs.version'), clock_timestamp());
    return old;
  end if;
  new.version := nextval('configs.version');
  new.updated_at := clock_timestamp();
  return new;
end
$$;

alter table configs.configs add column version bigint not null default 1, add column actor text;
alter table configs.configs alter column version set default nextval('configs.version'),
  -- now() is when a statement began, which may then have waited for a change that is the one before.
  alter column updated_at set default clock_timestamp();
create trigger keep_version before update or delete on configs.configs
  for each row execute function configs.keep_version();
