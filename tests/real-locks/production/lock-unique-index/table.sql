create table locks (
  name text primary key,
  owner text not null,
  count integer not null default 1,
  expires_at timestamptz
);
