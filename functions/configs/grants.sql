-- What configs may do in its database, and nothing else: not even change its own tables. Who runs it is a member of this role.
do $$ begin
  create role quartet_configs nologin;
exception when duplicate_object or unique_violation then null;
end $$;
grant usage on schema configs to quartet_configs;
grant select, insert, update, delete on all tables in schema configs to quartet_configs;
grant usage, select on all sequences in schema configs to quartet_configs;
revoke all on configs.migrations from quartet_configs;
