/** Keeps its state in a list and its disk in a line of text. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

/** The number of attempts, the wish, the largest report so far, and who has promised; `done` once it has proposed. */
type Memory = [count: number, wish: number, reported: [n: number, v: number] | [], heard: string]

export default node<Memory, Messages, string>({
  init: () => [0, 0, [], 'done'],

  on: {
    propose(memory, { v }, { self, nodes, persist, broadcast }) {
      memory[0]++
      memory[1] = v
      memory[2] = []
      memory[3] = ''
      persist(`${memory[0]}`)
      const names = nodes('proposer')
      broadcast('acceptor', 'prepare', { n: memory[0] * names.length - names.indexOf(self) })
    },

    promise(memory, { n, accepted }, { self, from, nodes, broadcast }) {
      const [count, wish, reported, heard] = memory
      const names = nodes('proposer')
      if (n !== count * names.length - names.indexOf(self) || heard === 'done') return
      if (accepted && (reported[0] === undefined || accepted.n > reported[0])) {
        memory[2] = [accepted.n, accepted.v]
      }
      const all = new Set([...heard.split(',').filter((name) => name !== ''), from])
      memory[3] = [...all].sort().join()
      if (all.size <= nodes('acceptor').length >> 1) return
      broadcast('acceptor', 'accept', { n, v: memory[2][1] ?? wish })
      memory[2] = []
      memory[3] = 'done'
    },
  },

  restart: (line) => [Number(line ?? '0'), 0, [], 'done'],
})
