-- Configuration documents, as they were sent.
create table configs.configs (
  -- "C" sorts by bytes, so that a list in pages has one order whatever the server's locale.
  name text collate "C" primary key,
  -- Which key the document has for its name: existing clients send dcname, and get back what they sent.
  name_key text not null check (name_key in ('name', 'dcname')),
  -- json, not jsonb: it keeps the text, and with it the order of keys and every digit of a number.
  metadata json not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

insert into configs.configs (name, name_key, metadata) values
  ('datacenter-1', 'dcname', '{"limits":{"cpu":{"enabled":true,"value":"500m"}},"monitoring":{"enabled":true}}'),
  ('datacenter-2', 'dcname', '{"limits":{"cpu":{"enabled":true,"value":"250m"}},"monitoring":{"enabled":true}}');
