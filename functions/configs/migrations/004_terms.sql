-- Runs outside of a transaction, in many of its own.
-- The terms of the configs that were there before 003, a thousand configs at a time: a write waits for those, at most.
-- One that is interrupted is run again, from the beginning, and passes over what it did. A row is locked while its terms
-- are made, so they never are those of a document that was replaced meanwhile.
do $$
declare
  last text := '';
  batch text[];
begin
  loop
    select array_agg(name order by name collate "C") into batch from (
      select name from configs.configs where name > last order by name limit 1000 for share
    ) as locked;
    exit when batch is null;
    insert into configs.terms (term, name)
    select term, name from configs.configs cross join lateral configs.terms_of(metadata) as term
    where name = any(batch) order by term, name
    on conflict do nothing;
    last := batch[cardinality(batch)];
    commit;
  end loop;
  -- A search begins from the rarest of its terms, which nobody knows of a table that is new.
  analyze configs.terms;
end
$$;
