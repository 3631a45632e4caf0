/** One thread of the gate: looks at the answers that it is sent, one after the other. */
import { parentPort } from 'node:worker_threads'
import { type AnswerTask, checkAnswer } from './answers.ts'

parentPort!.on('message', (task: AnswerTask) => {
  checkAnswer(task).then(
    (outcome) => parentPort!.postMessage(outcome),
    // Not an answer's fault but the exercise's or our own: the thread dies with it, and the gate with the thread.
    (error: unknown) => {
      throw error
    },
  )
})
