/** Keeps the voters of each number as the bits of one integer. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

type Ballots = { [n: number]: number }

function count(bits: number): number {
  let ones = 0
  for (let rest = bits; rest > 0; rest &= rest - 1) ones++
  return ones
}

export default node<Ballots, Messages>({
  init: () => ({}),

  on: {
    accepted(ballots, { n, v }, { from, nodes, broadcast }) {
      const acceptors = nodes('acceptor')
      const bits = (ballots[n] ?? 0) | (1 << acceptors.indexOf(from))
      ballots[n] = bits
      if (2 * count(bits) > acceptors.length) broadcast('client', 'chosen', { v })
    },
  },
})
