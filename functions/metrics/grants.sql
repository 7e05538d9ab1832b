-- What metrics may do in its database. Who runs it is a member of this role.
do $$ begin
  create role quartet_metrics nologin;
exception when duplicate_object or unique_violation then null;
end $$;
grant usage on schema metrics to quartet_metrics;
grant select, insert, update, delete on metrics.metrics, metrics.series, metrics.totals, metrics.processes to quartet_metrics;

-- What every function does that tells what it has counted: write the row of its process. It sees no totals.
do $$ begin
  create role quartet_counts nologin;
exception when duplicate_object or unique_violation then null;
end $$;
grant usage on schema metrics to quartet_counts;
grant select, insert on metrics.metrics, metrics.series to quartet_counts;
grant select, insert, update on metrics.processes to quartet_counts;
