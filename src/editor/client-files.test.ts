/** What the editor and the compiler of the page are handed of the clients' libraries is what the command line reads. */
import { describe, expect, test } from 'vitest'
import { CLIENT_FILES } from '../../engine/compile/client-files.ts'
import { compiledText } from '../../engine/testing/clients/compiled.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import { clientFiles } from './client-files.ts'
import { courseModules } from './course-modules.ts'

test('the texts are those of the command line', () => {
  expect(Object.keys(clientFiles).sort()).toEqual([...CLIENT_FILES].sort())
  expect(clientFiles).toEqual(librariesOf('none').clients)
})

test('they lie as they import each other, and only in exercises of that language', async () => {
  const { paths, files } = await courseModules('client', 'export interface Messages {}')
  expect(paths).toEqual({ lockstep: 'lockstep/client-api.ts', './messages': 'messages.ts' })
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining(['lockstep/api.ts', 'lockstep/client-globals.d.ts', 'messages.ts']),
  )
  for (const [path, text] of Object.entries(files)) {
    if (path === 'lockstep/client-api.ts')
      for (const [, name] of text.matchAll(/^(?:export|\}).* from '\.\/(.*)'$/gm))
        expect(Object.keys(files), name).toContain(`lockstep/${name}`)
  }
  expect(Object.keys((await courseModules('node', null)).files)).toEqual(['lockstep.ts', 'node-globals.d.ts'])
})

/** Every type that a client's file may import, and something that it does not have. */
const WRONG: readonly [type: string, member: string][] = [
  ...[
    'Redis',
    'RedisTransaction',
    'SetOptions',
    'EvalOptions',
    'Pool',
    'PoolClient',
    'QueryResult',
    'Queryable',
  ],
  ...['ZooKeeper', 'ZooKeeperTransaction', 'Stat', 'OperationResult', 'Event', 'Exception', 'State'],
  ...['Kafka', 'Producer', 'ProducerRecord', 'ProducerBatch', 'ProducerConfig', 'Consumer', 'ConsumerConfig'],
  ...['ConsumerRecord', 'RecordMetadata', 'Notes', 'Tools', 'DatabaseError', 'KafkaJSError', 'WatchError'],
].map((type) => [type, 'nothingOfTheKind'])

describe('a client’s file can import, with its type,', () => {
  test.each(WRONG)('%s', (type, member) => {
    const source = `import type { ${type} } from 'lockstep'\nexport const main = (given: ${type}) => given.${member}\n`
    const { diagnostics } = compiledText(source)
    expect(diagnostics.map(({ line, words }) => [line, words.parameters['text']])).toEqual([
      [2, expect.stringMatching(`^Property '${member}' does not exist on type '(${type}|Transaction)\\b`)],
    ])
  })

  test('values of the libraries, which are there when it runs', () => {
    const source = `import { CreateMode, Exception, sleep } from 'lockstep'
export async function main() {
  await sleep(CreateMode.EPHEMERAL)
  const wrong: string = Exception.NO_NODE
}
`
    expect(compiledText(source).diagnostics.map(({ line }) => line)).toEqual([4])
  })

  test('… and nothing of the course that is not meant for it', () => {
    const source = "import { node } from 'lockstep'\nimport type { Link } from './clients/link.ts'\n"
    expect(compiledText(source).diagnostics.map(({ line, words }) => [line, words.code])).toEqual([
      [1, 'type-error'],
      [2, 'unknown-import'],
    ])
  })
})
