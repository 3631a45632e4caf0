/** What `lockstep` stands for in the files of this folder, among which there are answers in both languages. */
export * from '../engine/api.ts'
export * from '../engine/client-api.ts'
