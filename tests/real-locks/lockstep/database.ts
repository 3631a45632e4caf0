/** What `import … from 'lockstep'` becomes where a learner’s file runs against a real PostgreSQL. */
export { sleep } from './sleep.ts'
export { DatabaseError } from 'pg'
