/** Names nothing as the starter does: the state is a list in an object, and the disk is a tuple. */
import { node } from 'lockstep'
import type { Messages } from '../messages'

type Disk = [promised: number, n: number, v: number] | [promised: number]

export default node<{ all: Disk }, Messages, Disk>({
  init: () => ({ all: [0] }),

  on: {
    prepare(me, { n }, ctx) {
      const [promised, ...accepted] = me.all
      if (n <= promised) return
      me.all = [n, ...accepted] as Disk
      ctx.persist(me.all)
      ctx.send(ctx.from, 'promise', {
        n,
        accepted: accepted.length === 2 ? { n: accepted[0], v: accepted[1] } : null,
      })
    },

    accept(me, { n, v }, ctx) {
      if (n < me.all[0]) return
      me.all = [n, n, v]
      ctx.persist(me.all)
      for (const learner of ctx.nodes('learner')) ctx.send(learner, 'accepted', { n, v })
    },
  },

  restart: (disk) => ({ all: disk ?? [0] }),
})
