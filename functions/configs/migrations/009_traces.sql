-- In which trace a change was made, where it was made in one: its event goes on with it, whoever sends that, and whenever.
set local lock_timeout = '3s';

-- A traceparent, and behind a space the tracestate, where there is one.
alter table configs.changes add column trace text;

-- Who makes changes says it for each name, as JSON. One statement may make those of several requests, each with its trace.
create function configs.keep_trace() returns trigger language plpgsql as $$
begin
  new.trace := current_setting('configs.traces')::json ->> new.name;
  return new;
end
$$;

-- Most changes are made in no trace: those do not call the function.
create trigger keep_trace before insert on configs.changes
  for each row when (current_setting('configs.traces', true) <> '') execute function configs.keep_trace();
