create table documents (
  id text primary key,
  value text not null,
  fence bigint not null default 0
);
