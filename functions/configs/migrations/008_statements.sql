-- What a change leaves behind, made once a statement instead of once a row: many changes in one statement cost a fraction,
-- and one by itself is cheaper too. What is kept is the same, whoever makes the change.
--
-- Quick on a large table that is in use. The locks of triggers are asked for last, and given up after three seconds:
-- while they are waited for, others wait behind.
set local lock_timeout = '3s';

-- As in 003, with the text of a path in place of an array: it is made once, not once for each term. A term can come twice.
create or replace function configs.terms_of(metadata json) returns setof bigint language sql stable as $$
  with recursive place(path, value) as (
    select '[', metadata
    union all
    select step.path, step.value from place cross join lateral (
      select place.path || case place.path when '[' then '' else ',' end || to_json(member.key)::text as path, member.value
      from json_each(case when json_typeof(place.value) = 'object' then place.value end) as member
      union all
      select place.path, element
      from json_array_elements(case when json_typeof(place.value) = 'array' then place.value end) as element
    ) as step
  )
  select hashtextextended(path || ']', 0) from place where path <> '['
  union all
  select hashtextextended(path || ']=' || coalesce(value #>> '{}', 'null'), 0) from place
  where json_typeof(value) not in ('object', 'array') and path <> '['
$$;

-- Runs when the row is locked, so versions of a name are in the order of their changes.
create function configs.draw_version() returns trigger language plpgsql as $$
begin
  new.version := nextval('configs.version');
  new.updated_at := clock_timestamp();
  -- Empty where a transaction of the session before has set it.
  new.actor := nullif(current_setting('configs.actor', true), '');
  return new;
end
$$;

create function configs.keep_created() returns trigger language plpgsql
-- Estimates of terms are far too high: compiling would take longer than the statement.
set jit = off as $$
begin
  insert into configs.changes (version, name, kind, changed_at)
  select version, name, 'created', updated_at from created;
  insert into configs.terms (term, name)
  select term, name from created cross join lateral configs.terms_of(metadata) as term
  on conflict do nothing;
  return null;
end
$$;

create function configs.keep_replaced() returns trigger language plpgsql
-- Plans are kept while the table grows: none of them may be to read all of it.
set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  insert into configs.versions (name, version, name_key, metadata, changed_at, actor)
  select name, version, name_key, metadata, updated_at, actor from replaced;
  insert into configs.changes (version, name, kind, changed_at)
  select version, name, 'replaced', updated_at from replacing;
  with changed as materialized (
    select term, name, bool_and(is_new) as is_new from (
      select term, name, false as is_new from replaced cross join lateral configs.terms_of(metadata) as term
      union all
      select term, name, true from replacing cross join lateral configs.terms_of(metadata) as term
    ) as either group by term, name having bool_and(is_new) = bool_or(is_new)
  ), forgotten as (
    delete from configs.terms using changed
    where terms.term = changed.term and terms.name = changed.name and not is_new
  )
  insert into configs.terms (term, name) select term, name from changed where is_new
  on conflict do nothing;
  return null;
end
$$;

create function configs.keep_removed() returns trigger language plpgsql
set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  insert into configs.versions (name, version, name_key, metadata, changed_at, actor)
  select name, version, name_key, metadata, updated_at, actor from removed;
  with removal as (
    insert into configs.versions (name, version, changed_at, actor)
    select name, nextval('configs.version'), clock_timestamp(), nullif(current_setting('configs.actor', true), '')
    from removed
    returning version, name, changed_at
  )
  insert into configs.changes (version, name, kind, changed_at)
  select version, name, 'removed', changed_at from removal;
  with forgotten as materialized (
    select term, name from removed cross join lateral configs.terms_of(metadata) as term
  )
  delete from configs.terms using forgotten where terms.term = forgotten.term and terms.name = forgotten.name;
  return null;
end
$$;

drop trigger keep_version on configs.configs;
drop trigger keep_terms on configs.configs;
drop trigger note_change on configs.configs;
drop trigger note_removal on configs.versions;
drop function configs.keep_version(), configs.keep_terms(), configs.note_change(), configs.note_removal();
create trigger draw_version before update on configs.configs
  for each row execute function configs.draw_version();
create trigger keep_created after insert on configs.configs
  referencing new table as created
  for each statement execute function configs.keep_created();
create trigger keep_replaced after update on configs.configs
  referencing old table as replaced new table as replacing
  for each statement execute function configs.keep_replaced();
create trigger keep_removed after delete on configs.configs
  referencing old table as removed
  for each statement execute function configs.keep_removed();
