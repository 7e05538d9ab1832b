-- What health may do in its database: keep what changed, and forget what is old. Who runs it is a member of this role.
do $$ begin
  create role quartet_health nologin;
exception when duplicate_object or unique_violation then null;
end $$;
grant usage on schema health to quartet_health;
grant select, insert, delete on health.changes to quartet_health;
