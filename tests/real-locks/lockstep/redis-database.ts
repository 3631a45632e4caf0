/** What `import … from 'lockstep'` becomes where a learner’s file runs against a real Redis and a real PostgreSQL. */
export * from './redis.ts'
export * from './database.ts'
