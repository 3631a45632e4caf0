/** Processor time: a process that works uses it, one that waits doesn't. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { platform } from 'node:process'
import { describe, expect, it } from 'vitest'
import { processorSeconds } from './processor-time.ts'

/** Runs a script until it has written something, and gives the processor time that it has used by then. */
async function usedBy(script: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const used = processorSeconds(child.pid)!
  child.kill('SIGKILL')
  await once(child, 'close')
  return used
}

describe.runIf(platform === 'linux')('the processor time of a process', () => {
  it('grows while it works and not while it waits', async () => {
    // It works until it has used one second by its own count, however long that takes on a busy machine.
    const worked = await usedBy(
      'while (process.cpuUsage().user < 1e6) for (let i = 0; i < 1e7; i++); console.log(1); setInterval(() => {}, 1000)',
    )
    expect(worked).toBeGreaterThanOrEqual(1)
    const waited = await usedBy('setTimeout(() => console.log(1), 1500); setInterval(() => {}, 1000)')
    expect(waited).toBeLessThan(1)
  })
})

describe('a process that is not there', () => {
  it('has none', () => {
    expect(processorSeconds(undefined)).toBeNull()
    expect(processorSeconds(2 ** 30)).toBeNull()
  })
})
