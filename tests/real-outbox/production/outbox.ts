/** Stands for the learner’s file, which takes its place when this runs. */
export * from '../../../exercises/outbox/solution.ts'
