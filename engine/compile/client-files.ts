/**
 * The files of the engine in which the declarations stand that a client's file may import: what the compiler and the editor
 * are handed, beside `engine/api.ts`, where an exercise's answers are the code of clients. What they import besides is
 * nothing that a client sees.
 */
export const CLIENT_FILES = [
  'client-api.ts',
  'clients/notes.ts',
  'services/database/client.ts',
  'services/queue/client.ts',
  'services/queue/log.ts',
  'services/redis/client.ts',
  'services/service.ts',
  'services/zookeeper/client-values.ts',
  'services/zookeeper/client.ts',
  'services/zookeeper/protocol.ts',
] as const
