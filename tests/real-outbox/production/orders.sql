create table orders (
  id text primary key,
  item text not null,
  quantity integer not null
);
create table outbox (
  number serial primary key,
  id text not null unique,
  item text not null,
  quantity integer not null,
  sent boolean not null default false
);
create table progress (
  name text primary key,
  number integer not null
);
