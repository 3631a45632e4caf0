/** Stands for the learner’s file, which takes its place when this runs. */
import * as file from '../../../../exercises/lock-zookeeper/solution.ts'
import type { Client } from './promises.ts'

// In production the learner’s file has the type of its client from `promises.ts`, as it has the values from there.
export const acquire = file.acquire as unknown as (
  zookeeper: Client,
  directory: string,
  waitMs: number,
) => Promise<string | null>
export const release = file.release as unknown as (zookeeper: Client, path: string) => Promise<void>
