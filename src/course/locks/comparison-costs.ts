/** What the locks of the comparison cost in messages and in waiting, and in which order they let in: a row for each. */
import {
  beginningOf,
  everybodyEntered,
  otherEntered,
  sentWhile,
  tell,
  upTo,
  workerAt,
  worstOf,
} from './comparison-runs.ts'
import { type Row, SHORT, SHORT_MS, broken, search } from './comparison-search.ts'
import { type Setting, WORK_MS, workers } from './comparison-workers.ts'

/** Messages for one time of taking the lock and giving it back, where nobody else wants it and all connections are open. */
export const messages: Row = {
  id: 'messages',
  group: 'costs',
  answer(mechanism) {
    const system = workers(mechanism, { workers: { A: { turns: 2, workMs: 10 } }, instances: 5 })
    const { record } = tell(system, [], (frame) => workerAt(frame, 'A').had === 2)
    const count = sentWhile(record, (frame) => workerAt(frame, 'A').had === 1, 'A')
    return { code: 'messages', values: { count }, runs: 1, system, record }
  },
}

/** So long B waits, and of that so much is shown. */
const SECOND_MS = 1000
export const SHOWN_MS = 400

/** What B sends and is sent while it waits for a second. */
export const waiting: Row = {
  id: 'waiting',
  group: 'costs',
  answer(mechanism) {
    const from = 200
    const system = workers(mechanism, {
      workers: { A: { workMs: 2 * SECOND_MS }, B: { beginsAt: 100 } },
      ttlMs: 3 * SECOND_MS,
      instances: 5,
    })
    const { record } = tell(system, [], (frame) => frame.now! >= from + SECOND_MS)
    const count = sentWhile(record, ({ now }) => now! >= from && now! < from + SECOND_MS, 'B')
    return {
      code: 'messages-a-second',
      values: { count },
      runs: 1,
      system,
      record: beginningOf(record, SHOWN_MS),
    }
  },
}

/** Works of different length, so that the lock comes free at different moments for those who ask again and again. */
const WORKS_MS = upTo(13).map((index) => WORK_MS + 5 * index)

export const handover: Row = {
  id: 'handover',
  group: 'costs',
  answer(mechanism) {
    const told = WORKS_MS.map((workMs) => {
      const system = workers(mechanism, { workers: { A: { workMs }, B: { beginsAt: 100 } } })
      const one = tell(system, [], otherEntered)
      const { frames } = one.record
      const left = frames.findLast((frame) => workerAt(frame, 'A').inside)!
      return { ...one, took: frames.at(-1)!.now! - left.now! }
    })
    const { took, system, record } = worstOf(told)
    return { code: 'up-to', values: { milliseconds: took }, runs: told.length, system, record }
  },
}

/** B has begun to wait before C. */
const inLine = (workMs: number): Setting['workers'] => ({
  A: { workMs },
  B: { beginsAt: 100, workMs: SHORT_MS },
  C: { beginsAt: 180, workMs: SHORT_MS },
})

export const fair: Row = {
  id: 'fair',
  group: 'order',
  answer(mechanism) {
    let states = 0
    for (const workMs of WORKS_MS) {
      const system = workers(mechanism, { workers: inLine(workMs) })
      const searched = search(system, 'overtaken')
      states += searched.states
      if (searched.run !== null) return broken(system, { ...searched, states }, 'overtaken')
    }
    const { system, record } = tell(workers(mechanism, { workers: inLine(WORK_MS) }), [], everybodyEntered)
    return { code: 'in-order', values: {}, good: true, states, system, record }
  },
}

export const numbered: Row = {
  id: 'numbered',
  group: 'order',
  answer(mechanism) {
    const system = workers(mechanism, { workers: SHORT })
    const searched = search(system, 'not-rising')
    if (searched.run !== null) return broken(system, searched, 'no-number')
    const { record } = tell(system, [], everybodyEntered)
    return { code: 'rising-number', values: {}, good: true, states: searched.states, system, record }
  },
}
