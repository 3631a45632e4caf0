/**
 * What `import … from 'lockstep'` gives the file of a client: the types of what its function is handed, and the values that go
 * with them. The editor, the compiler and the command line read these declarations; `engine/clients/program.ts` hands the
 * values to the code. What needs no import stands in `engine/compile/client-globals.ts`.
 */
import { sleep as sleepOfProcess } from './clients/globals.ts'

export type { Plain } from './api.ts'
export type { Notes } from './clients/notes.ts'

export type {
  EvalOptions,
  ExpireMode,
  Redis,
  RedisReply,
  SetOptions,
  Transaction as RedisTransaction,
} from './services/redis/client.ts'
export {
  ClientClosedError,
  ErrorReply,
  MultiErrorReply,
  SimpleError,
  SocketClosedUnexpectedlyError,
  WatchError,
} from './services/redis/client.ts'

export type { Pool, PoolClient, QueryResult, Queryable } from './services/database/client.ts'
export { DatabaseError } from './services/database/client.ts'

export type {
  OperationResult,
  Stat,
  Transaction as ZooKeeperTransaction,
  Watcher,
  ZooKeeper,
} from './services/zookeeper/client.ts'
export {
  ACL,
  AssertionError,
  CreateMode,
  Event,
  Exception,
  State,
} from './services/zookeeper/client-values.ts'

export type {
  Consumer,
  ConsumerConfig,
  ConsumerRecord,
  Kafka,
  Producer,
  ProducerBatch,
  ProducerConfig,
  ProducerRecord,
  RecordMetadata,
} from './services/queue/client.ts'
export {
  KafkaJSConnectionClosedError,
  KafkaJSError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
} from './services/queue/client.ts'

/** Waits so many virtual milliseconds. */
export const sleep: (milliseconds: number) => Promise<void> = sleepOfProcess as never

/** What every function that a process runs is handed, beside the libraries of what it is connected to. */
export interface Tools {
  /** The name of the process. */
  readonly self: string
  /** Waits so many virtual milliseconds. */
  sleep(milliseconds: number): Promise<void>
}
