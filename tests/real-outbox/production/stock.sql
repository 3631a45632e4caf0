create table stock (
  item text primary key,
  quantity integer not null
);
create table applied (
  id text primary key
);
create table progress (
  name text primary key,
  number integer not null
);
