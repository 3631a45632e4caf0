import type { Redis } from 'lockstep'

export interface Lease {
  token: string
  /** For how long it may be used, in milliseconds, counted from when `acquire` has returned. */
  validMs: number
}

/** Takes the lock as the note has it. */
export async function acquire(
  instances: readonly Redis[],
  key: string,
  ttlMs: number,
): Promise<Lease | null> {
  const began = performance.now()
  const token = crypto.randomUUID()

  let granted = 0
  for (const instance of instances) {
    const answer = await instance.set(key, token, { NX: true, PX: ttlMs })
    if (answer === 'OK') granted++
  }

  // TODO: what if an instance is down, or says nothing? For how long is the lease good?
  const spent = performance.now() - began
  if (granted >= instances.length / 2 + 1 && spent < ttlMs) return { token, validMs: ttlMs }

  await release(instances, key, token)
  return null
}

export async function release(instances: readonly Redis[], key: string, token: string): Promise<void> {
  void token
  for (const instance of instances) await instance.del(key)
}
