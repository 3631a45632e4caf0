/** What the page on Multi-Paxos claims, as checks. */
import type { Check } from '../check.ts'
import { type Rules, chosenIn, log } from './multi-paxos.ts'
import { messagesFor, messagesSent } from './multi-paxos-runs.ts'

/** Two servers that both want to lead, and a command for each. */
const twoLeaders = { candidates: ['S1', 'S2'] } satisfies Rules

const STATES_MAX = 200_000

/** So many commands, for the comparison of both ways. */
const COMMANDS = 3

const messages = (id: string, rules: Rules): Check => ({
  kind: 'series',
  id,
  from: 1,
  to: COMMANDS,
  system: (count) => messagesFor(count, rules).system,
  script: (count) => messagesFor(count, rules).script,
  shows: (run, count) => chosenIn(run.view).length === count,
  measure: messagesSent,
  words: 'check.messages',
  axes: { x: 'commands', y: 'messages' },
})

export const logChecks: readonly Check[] = [
  {
    id: 'MP/agreement',
    system: () =>
      log(
        [
          ['S1', 'a'],
          ['S2', 'b'],
        ],
        twoLeaders,
      ),
    property: 'one-command',
    expect: 'holds',
    words: null,
    statesMax: STATES_MAX,
  },
  {
    id: 'MP/crashes',
    system: () =>
      log([['S1', 'a']], twoLeaders, undefined, { roles: ['server'], limit: 1, restart: 'at once' }),
    property: 'one-command',
    expect: 'holds',
    words: null,
    statesMax: STATES_MAX,
  },
  messages('MP/messages-each', { eachPhase: true }),
  messages('MP/messages-stable', {}),
]
