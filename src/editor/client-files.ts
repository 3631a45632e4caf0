/** The texts of `CLIENT_FILES`, by their names. Fetched for exercises whose answers are the code of clients, and for no others. */
const texts = import.meta.glob<string>(
  [
    '../../engine/client-api.ts',
    '../../engine/clients/notes.ts',
    '../../engine/services/service.ts',
    '../../engine/services/database/client.ts',
    '../../engine/services/queue/client.ts',
    '../../engine/services/queue/log.ts',
    '../../engine/services/redis/client.ts',
    '../../engine/services/zookeeper/client-values.ts',
    '../../engine/services/zookeeper/client.ts',
    '../../engine/services/zookeeper/protocol.ts',
  ],
  { query: '?raw', import: 'default', eager: true },
)

const FOLDER = '../../engine/'

export const clientFiles: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(texts).map(([path, text]) => [path.slice(FOLDER.length), text]),
)
