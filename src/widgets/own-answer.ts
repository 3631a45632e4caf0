/**
 * The reader's own answer in a figure: found in her record, compiled, and run in the sandbox, never in the page. Loaded by figures that
 * take answers, and all that weighs only when she asks.
 */
import type { Action } from '../../engine/model.ts'
import { openRecord } from '../record/database.ts'
import type { Played } from '../sandbox/answered-run.ts'

export interface OwnAnswer {
  /**
   * Takes actions as far as they can happen.
   * @throws where the answer can't be run
   */
  play(actions: readonly Action[]): Promise<Played>
  dispose(): void
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
    async play(actions) {
      readying ??= ready()
      readying.catch(() => (readying = null))
      const { code, player } = await readying
      const played = await player.play({ code, actions })
      if (!('record' in played)) throw new Error(played.stop.code)
      return played
    },
    dispose: () => void readying?.then(({ player }) => player.dispose()).catch(() => undefined),
  }
}
