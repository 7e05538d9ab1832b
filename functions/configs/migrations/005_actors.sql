-- Who makes a change says so in the setting configs.actor of the transaction; with psql:
--   begin; set local configs.actor = 'name'; update ...; commit;
-- A setting, because a removal has no row to write it into, and because a change that says nothing must not be taken for
-- one of whoever made the change before.
set local lock_timeout = '3s';

create or replace function configs.keep_version() returns trigger language plpgsql as $$
declare
  -- Empty where a transaction of the session before has set it.
  actor text := nullif(current_setting('configs.actor', true), '');
begin
  insert into configs.versions (name, version, name_key, metadata, changed_at, actor)
  values (old.name, old.version, old.name_key, old.metadata, old.updated_at, old.actor);
  if tg_op = 'DELETE' then
    insert into configs.versions (name, version, changed_at, actor)
    values (old.name, nextval('configs.version'), clock_timestamp(), actor);
    return old;
  end if;
  new.version := nextval('configs.version');
  new.updated_at := clock_timestamp();
  new.actor := actor;
  return new;
end
$$;

alter table configs.configs alter column actor set default nullif(current_setting('configs.actor', true), '');
