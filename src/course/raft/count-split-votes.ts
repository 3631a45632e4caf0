/**
 * `npm run count:split-votes`: counts the elections of split-votes.ts ahead of the build, and keeps what came out beside this file. It takes
 * some minutes. A test counts a part again: where Raft’s code or what the engine draws has changed, it asks for this.
 */
import { writeFileSync } from 'node:fs'
import { BLOCKS, SERVERS, SPREADS, block } from './split-votes.ts'

const points = SERVERS.flatMap((servers) =>
  SPREADS.map((spread) => {
    const outcomes = Array.from({ length: BLOCKS }, (_, number) => block(servers, spread, number))
    const split = outcomes.map((one) => one.split)
    const milliseconds = outcomes.map((one) => one.milliseconds)
    console.log(`${servers} servers, a spread of ${spread} ms: done`)
    return { servers, spread, split, milliseconds: spread === 0 ? null : milliseconds }
  }),
)

// A point a line.
const lines = points.map((point) => `  ${JSON.stringify(point)}`).join(',\n')
writeFileSync(new URL('split-votes.json', import.meta.url), `[\n${lines}\n]\n`)
