/** The words of the page on the simulated servers. A second language has a file like this of its own. */
export const services = {
  'services.title': 'The simulated servers',
  'services.question': 'Which server does the code talk to, and how far can you trust it?',
  'services.description':
    'A database, Redis, ZooKeeper and a queue that run in the page: what each is like, what is left out, and a worked example.',
  'services.intro':
    'Locks, outboxes and caches are client code against a server. The code here is ordinary TypeScript with `await`, and the server runs in the page: small, deterministic, and compared with the real one wherever there is a package of it, command by command. Every run below comes from the engine. Step through it, or take over: lose a message, pause a client, let time pass.',
  'services.more': 'The servers that client code talks to have a page of their own:',
  'services.left-out': 'What is left out ({count})',

  'services.redis': 'Redis',
  'services.redis.like':
    'String keys with deadlines, as in Redis 7: `SET` with `NX` and `PX`, counters, scripts, `WATCH` and `MULTI`, restarts with and without persistence, and a replica that lags behind. The client has the names and the answers of node-redis.',
  'services.redis.example':
    'Two clients add one to a counter, each while it holds a lock that expires after a second. A is paused in the middle. Its lock expires, B takes it, and A wakes up without knowing: it overwrites the counter, and then its `DEL` removes the lock of B.',
  'services.redis.figure': 'A lock that expires under its holder',
  'services.redis.lock': 'the lock',
  'services.redis.resource': 'the counter',

  'services.database': 'Database',
  'services.database.like':
    'Tables, unique indexes and transactions as in PostgreSQL 15: read committed and serializable, row locks with `for update` and `skip locked`, and errors with their codes. The client is a pool as in `pg`.',
  'services.database.example':
    'Two clients want the same seat. Each reads its row with `for update`: A gets the lock of the row, and the statement of B waits inside the server until A commits. Then B reads the row as A has left it, and finds the seat taken.',
  'services.database.figure': 'A row that is locked until the commit',
  'services.database.lock': 'the row',
  'services.database.resource': 'the seat',

  'services.zookeeper': 'ZooKeeper',
  'services.zookeeper.like':
    'A tree of nodes, persistent or ephemeral, with versions and sequential names, watches that fire once, and sessions that outlive a lost connection, as in ZooKeeper 3.8. The client is node-zookeeper-client with promises in the place of callbacks.',
  'services.zookeeper.example':
    'Three clients stand in line: each creates an ephemeral sequential node and watches the one before it alone. A crashes while it is first. Its node stays until its session expires; then only B is told, and C waits on for B.',
  'services.zookeeper.figure': 'A line in which each watches the one before',
  'services.zookeeper.lock': 'the lock',
  'services.zookeeper.resource': 'the work',

  'services.queue': 'Queue',
  'services.queue.like':
    'Topics with partitions, keys that keep their order, consumer groups with offsets and rebalancing, and producers that try again, as in Kafka. There is no Kafka among the packages that the tests can install, so this one follows what Kafka documents; its source names each reference. The client has the shape of kafkajs, except that records are asked for with `poll`.',
  'services.queue.example':
    'A consumer pays each order at the bank and commits afterwards. It crashes when the order is paid and the commit is still to come. Started anew it waits until the session of its former self is over; then the same record comes again, and the order is paid twice. That is what “at least once” means.',
  'services.queue.figure': 'At least once: the record that comes again',
  'services.queue.lock': 'the partition',
  'services.queue.resource': 'the bank',
} as const
