import type { Plain } from '../../../api.ts'

export async function main(tools: { sleep(milliseconds: number): Promise<void> }, upTo: number): Promise<Plain> {
  for (let count = 0; count < upTo; count++) await tools.sleep(10)
  return upTo
}
