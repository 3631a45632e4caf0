/** What the site reads from content/ and exercises/, and what each file's front matter must say. */
import { defineCollection } from 'astro:content'
import { glob } from 'astro/loaders'
import { z } from 'astro/zod'
import { changesSchema } from './changes/changes.ts'
import { glossarySchema } from './glossary/glossary.ts'

/** The chapters' pages. The id is the path under the site: `en/paxos/prepare`. */
const pages = defineCollection({
  loader: glob({ base: './content', pattern: '*/**/*.mdx' }),
  schema: z.object({
    title: z.string(),
    /** The question that the page answers: its lede. */
    question: z.string(),
    /** One sentence for search results and links. */
    description: z.string(),
  }),
})

/** The exercises' texts. The id is `paxos-acceptor/en`. */
const exercises = defineCollection({
  loader: glob({ base: './exercises', pattern: '*/*.mdx' }),
  schema: z.looseObject({ title: z.string() }),
})

/** The words of the course. The id is `en/glossary`. */
const glossaries = defineCollection({
  loader: glob({ base: './content', pattern: '*/glossary.yaml' }),
  schema: glossarySchema,
})

/** What changed in the course. The id is `en/changes`. */
const changes = defineCollection({
  loader: glob({ base: './content', pattern: '*/changes.yaml' }),
  schema: changesSchema,
})

export const collections = { pages, exercises, glossaries, changes }
