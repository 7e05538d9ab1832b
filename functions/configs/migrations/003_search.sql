-- What configs are found by: a row for every path that a config has, and one for every value at a path.
--
-- Its primary key is the index of searches. It has the names of each term in their order, so a page of a term costs the
-- same whether the term is that of one config or of all of them. A GIN index is much smaller, but would have to fetch and
-- sort all that match for every page.
--
-- Quick on a large table that is in use: configs that are there already get their terms in 004. The lock of a new
-- trigger is asked for last, and given up after three seconds: while it is waited for, others wait behind.
set local lock_timeout = '3s';

create table configs.terms (
  -- A hash, since a path or a value can be longer than an index takes. That a search meets another term with the same
  -- 64 bits has a chance of 1 in 10^12 where there are ten million of them.
  term bigint not null,
  name text collate "C" not null,
  primary key (term, name)
);
-- How common a term is decides from which of several a search begins.
alter table configs.terms alter column term set statistics 1000;

-- The terms of a document: '["limits","cpu"]' for a path that it has, '["limits","cpu"]=500m' for a value there. A value is
-- its text, a number as it is written; elements of a list are at the path of the list. search-term.ts writes the same.
create function configs.terms_of(metadata json) returns setof bigint language sql stable as $$
  with recursive place(path, value) as (
    select '{}'::text[], metadata
    union all
    select step.path, step.value from place cross join lateral (
      select place.path || member.key as path, member.value
      from json_each(case when json_typeof(place.value) = 'object' then place.value end) as member
      union all
      select place.path, element
      from json_array_elements(case when json_typeof(place.value) = 'array' then place.value end) as element
    ) as step
  ), text(term) as (
    select to_json(path)::text from place where path <> '{}'
    union
    select to_json(path)::text || '=' || coalesce(value #>> '{}', 'null') from place
    where json_typeof(value) not in ('object', 'array') and path <> '{}'
  )
  select hashtextextended(term, 0) from text
$$;

-- The texts of the values at a path, those of lists along it and at its end by their elements; null is 'null', as above.
create function configs.texts_at(metadata json, path text[]) returns setof text language sql stable as $$
  with recursive place(depth, value) as (
    select 0, metadata
    union all
    select step.depth, step.value from place cross join lateral (
      select place.depth + 1 as depth, place.value -> path[place.depth + 1] as value
      where json_typeof(place.value) = 'object' and place.depth < cardinality(path)
      union all
      select place.depth, element
      from json_array_elements(case when json_typeof(place.value) = 'array' then place.value end) as element
    ) as step
    where step.value is not null
  )
  select coalesce(value #>> '{}', 'null') from place
  where depth = cardinality(path) and json_typeof(value) not in ('object', 'array')
$$;

-- A text as a number; null when it is none that JSON can write, or one of over three digits in its exponent: to write out
-- what 1e999999999 stands for is more than numeric can hold.
create function configs.number_of(value text) returns numeric language sql immutable as $$
  select case when value ~ '^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,3})?$' and length(value) <= 1000
    then value::numeric end
$$;

-- A trigger, as in 002: whoever makes a change, what is searched is what is stored.
create function configs.keep_terms() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into configs.terms (term, name) select term, new.name from configs.terms_of(new.metadata) as term
    on conflict do nothing;
  elsif tg_op = 'DELETE' then
    delete from configs.terms using configs.terms_of(old.metadata) as gone
    where terms.term = gone and terms.name = old.name;
  elsif new.name <> old.name or new.metadata::text <> old.metadata::text then
    delete from configs.terms using (
      select term, old.name as name from configs.terms_of(old.metadata) as term
      except select term, new.name from configs.terms_of(new.metadata) as term
    ) as gone where terms.term = gone.term and terms.name = gone.name;
    insert into configs.terms (term, name)
    select term, new.name from configs.terms_of(new.metadata) as term
    except select term, old.name from configs.terms_of(old.metadata) as term
    on conflict do nothing;
  end if;
  return null;
end
$$;

create function configs.forget_terms() returns trigger language plpgsql as $$
begin
  truncate configs.terms;
  return null;
end
$$;

create trigger keep_terms after insert or delete or update of name, metadata on configs.configs
  for each row execute function configs.keep_terms();
create trigger forget_terms after truncate on configs.configs
  for each statement execute function configs.forget_terms();
