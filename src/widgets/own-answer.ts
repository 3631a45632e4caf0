/**
 * The reader's own answer in a figure: found in her record, compiled, and run in the sandbox, never in the page. Loaded by figures that
 * take answers, and all that weighs only when she asks.
 */
import type { Onward } from '../../engine/drivers/onward.ts'
import type { Action } from '../../engine/model.ts'
import { openRecord } from '../record/database.ts'
import type { Played, Stop } from '../../engine/drivers/played.ts'

export interface OwnAnswer<Kind extends Played = Played> {
  /**
   * Takes actions as far as they can happen.
   * @param onward how far the run then goes on by itself; left out: not at all
   * @throws Stopped where the answer can't be run, or does not come to an end
   */
  play(actions: readonly Action[], onward?: Onward): Promise<Kind>
  /** What went wrong in the answer, in a sentence; empty where that is not known. */
  explain(stop: Stop): Promise<string>
  dispose(): void
}

/** Why an answer could not be run at all. */
export class Stopped extends Error {
  readonly stop: Stop
  constructor(stop: Stop) {
    super(stop.code)
    this.name = 'Stopped'
    this.stop = stop
  }
}

/**
 * The answer to an exercise that has passed; null where none has, or where the browser keeps no record.
 * @param figure the figure in which it will run
 */
export async function ownAnswer(figure: string, exercise: string): Promise<OwnAnswer | null> {
  const pass = await openRecord()
    .then((record) => record.pass(exercise))
    .catch(() => undefined)
  if (!pass) return null
  const ready = async () => {
    const [{ compileAnswer }, { AnswerPlayer }] = await Promise.all([
      import('../sandbox/compiler.ts'),
      import('../sandbox/answer-player.ts'),
    ])
    const { code } = await compileAnswer(exercise, pass.code)
    if (code === null) throw new Error('The answer can’t be compiled')
    return { code, player: new AnswerPlayer(figure) }
  }
  let readying: ReturnType<typeof ready> | null = null
  return {
    async play(actions, onward) {
      readying ??= ready()
      readying.catch(() => (readying = null))
      const { code, player } = await readying
      const played = await player.play({ code, actions, ...(onward && { onward }) })
      if (!('record' in played)) throw new Stopped(played.stop)
      return played
    },
    async explain({ code, parameters }) {
      const [{ engineWords }, { put }] = await Promise.all([
        import('../text/engine.ts'),
        import('../../engine/text/words.ts'),
      ])
      const words = engineWords(document.documentElement.lang)
      return Object.hasOwn(words, code) ? put(words, code, parameters) : ''
    },
    dispose: () => void readying?.then(({ player }) => player.dispose()).catch(() => undefined),
  }
}
