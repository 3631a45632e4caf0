/**
 * How much processor time another process has used. Silence is judged by it where the system tells: on a busy machine a
 * second may pass in which an answer hardly ran.
 */
import { readFileSync } from 'node:fs'

/** The unit of the times in /proc: Linux gives them in hundredths of a second, whatever the kernel counts in. */
const TICKS_PER_SECOND = 100

/**
 * Seconds of processor time that a process and its threads have used so far; null where the system doesn't tell.
 * Reference: proc_pid_stat(5), fields 14 and 15.
 */
export function processorSeconds(pid: number | undefined): number | null {
  if (pid === undefined) return null
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program is in brackets and may have spaces in it. What follows it begins with field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(fields[11]) + Number(fields[12])
    return Number.isFinite(ticks) ? ticks / TICKS_PER_SECOND : null
  } catch {
    return null
  }
}
