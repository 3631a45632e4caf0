/** What the worker beside it takes for an answer: a test puts others in its place. */
declare function sleep(milliseconds: number): Promise<void>

export async function acquire(waitMs: number): Promise<string> {
  await sleep(waitMs)
  return 'token'
}

export async function release(token: string): Promise<void> {
  await sleep(token.length)
}
