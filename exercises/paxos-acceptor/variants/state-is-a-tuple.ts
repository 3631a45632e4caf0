/**
 * Keeps its state in a tuple and its disk in a line of text. Only a promise stops it from accepting, so it may accept 2 and
 * then a late 1, which it tells and does not remember. A restarted node tells the learner again.
 */
import { node } from 'lockstep'
import type { Messages } from '../messages'

/** [largest promised number, number of the largest accepted proposal or 0 for none, its value] */
type Memory = [floor: number, ballot: number, value: number]

const encode = (memory: Memory): string => memory.join(' ')

const decode = (line: string | null): Memory => {
  const [floor = 0, ballot = 0, value = 0] = line === null ? [] : line.split(' ').map(Number)
  return [floor, ballot, value]
}

export default node<Memory, Messages, string>({
  init: () => decode(null),

  on: {
    prepare(memory, { n }, ctx) {
      const [floor, ballot, value] = memory
      const top = Math.max(floor, ballot)
      if (n < top) {
        ctx.reply('nack', { n, promised: top })
        return
      }
      if (n !== floor) {
        memory[0] = n
        ctx.persist(encode(memory))
      }
      // Numbers are positive, so 0 marks "nothing accepted"; the value itself may well be 0.
      ctx.reply('promise', { n, accepted: ballot === 0 ? null : { n: ballot, v: value } })
    },

    accept(memory, { n, v }, ctx) {
      if (n < memory[0]) {
        ctx.reply('nack', { n, promised: memory[0] })
        return
      }
      if (n > memory[1]) {
        memory[1] = n
        memory[2] = v
        ctx.persist(encode(memory))
      }
      ctx.broadcast('learner', 'accepted', { n, v })
    },
  },

  restart(line, ctx) {
    const memory = decode(line)
    const [, n, v] = memory
    if (n !== 0) ctx.broadcast('learner', 'accepted', { n, v })
    return memory
  },
})
