/**
 * What changed in the course, and when: `content/<language>/changes.yaml` has it, the page of changes lists it, and the feed tells those who
 * subscribe.
 */
import { z } from 'astro/zod'

const entry = z.strictObject({
  /** The day on which it came. */
  date: z.coerce.date(),
  title: z.string(),
  text: z.string(),
  /** The page that it is about, without the language: `paxos/prepare`. */
  page: z.string().optional(),
})

/** What a file of changes holds: entries by the name that they keep. */
export const changesSchema = z.record(z.string().regex(/^[a-z]+(-[a-z]+)*$/), entry)

export type Changes = z.infer<typeof changesSchema>

/** Newest first, and otherwise in the order of the file. */
export const newestFirst = (changes: Changes) =>
  Object.entries(changes)
    .map(([id, one]) => ({ id, ...one }))
    .sort((one, other) => other.date.getTime() - one.date.getTime())

/** A day in words, and as a machine reads it. */
export const dayOf = (
  date: Date,
  language: string,
): { readonly words: string; readonly machine: string } => ({
  words: new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'long',
    timeZone: 'UTC',
  }).format(date),
  machine: date.toISOString().slice(0, 10),
})
