-- What changed, in an order that can be followed: a row for every change since this migration.
--
-- Quick on a large table that is in use. The locks of new triggers are asked for last, and given up after three
-- seconds: while they are waited for, others wait behind.
set local lock_timeout = '3s';

create table configs.changes (
  version bigint primary key,
  -- Who reads on has to know which changes were not there when it read before. Neither versions nor transactions tell:
  -- both are numbered when they begin, and become visible when they commit. A snapshot tells, of a transaction.
  transaction xid8 not null default pg_current_xact_id(),
  name text collate "C" not null,
  kind text not null check (kind in ('created', 'replaced', 'removed')),
  changed_at timestamptz not null
);
create index changes_transaction on configs.changes (transaction);

-- The latest transaction of which a change was deleted, since it was kept for long enough: one row.
create table configs.changes_pruned (
  is_only boolean primary key default true check (is_only),
  through xid8 not null
);
insert into configs.changes_pruned (through) values ('0');

-- A trigger, as in 002: whoever makes a change, those who follow hear of it.
create function configs.note_change() returns trigger language plpgsql as $$
begin
  insert into configs.changes (version, name, kind, changed_at)
  values (new.version, new.name, case tg_op when 'INSERT' then 'created' else 'replaced' end, new.updated_at);
  return null;
end
$$;

-- A removal has a version only where versions are kept.
create function configs.note_removal() returns trigger language plpgsql as $$
begin
  insert into configs.changes (version, name, kind, changed_at)
  values (new.version, new.name, 'removed', new.changed_at);
  return null;
end
$$;

create trigger note_removal after insert on configs.versions
  for each row when (new.metadata is null) execute function configs.note_removal();
create trigger note_change after insert or update on configs.configs
  for each row execute function configs.note_change();
