/** Reads the glossary of a language from its file: for what runs under Node while the site is made or checked. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { glossarySchema, type Glossary } from './glossary.ts'

/** Where the glossary of a language lies. @param content the folder `content/` */
export const glossaryFile = (content: string, language: string): string =>
  path.join(content, language, 'glossary.yaml')

/**
 * The glossary of a language; empty where it has none.
 * @throws Error when the file is not as it has to be
 */
export function readGlossary(content: string, language: string): Glossary {
  const file = glossaryFile(content, language)
  if (!existsSync(file)) return {}
  return glossarySchema.parse(parse(readFileSync(file, 'utf8')))
}
