-- The end of each partition: whoever appends locks its row until its records are committed, so that they become visible in order.
create table partitions (
  topic text not null,
  partition integer not null,
  next bigint not null default 0,
  primary key (topic, partition)
);
create table records (
  topic text not null,
  partition integer not null,
  position bigint not null,
  key text,
  value text,
  primary key (topic, partition, position)
);
-- Who reads a partition for a group has the lock of its row.
create table readers (
  consumers text not null,
  topic text not null,
  partition integer not null,
  next bigint not null default 0,
  primary key (consumers, topic, partition)
);
create table shares (
  consumers text not null,
  topic text not null,
  partition integer not null,
  primary key (consumers, topic, partition)
);
insert into partitions (topic, partition) values ('orders', 0), ('orders', 1);
insert into readers (consumers, topic, partition) values ('stock', 'orders', 0), ('stock', 'orders', 1);
insert into shares (consumers, topic, partition) values ('stock', 'orders', 0), ('stock', 'orders', 1);
