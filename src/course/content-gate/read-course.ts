/** Reads the course from its files, for the content gate: it needs no build. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { readGlossary } from '../../glossary/read.ts'
import { chapters } from '../chapters.ts'
import { duties } from '../duties.ts'
import { figureAnchor, variantAnchors } from '../anchors.ts'
import { cells } from '../paxos/cells.ts'
import { allChecks, allComparisons, allFigures, allPredictions } from '../registry.ts'
import { listOf } from './anchors-kept.ts'
import type { Course, Figure } from './course.ts'
import { readPage } from './page.ts'

/** The files in a folder whose names end so, however deep, with forward slashes. */
function filesIn(folder: string, end: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith(end))
    .sort()
}

/** @param root the folder that has content/, exercises/ and src/ */
export function readCourse(root: string): Course {
  const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')
  const content = path.join(root, 'content')
  const languages = readdirSync(content, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  const texts = filesIn(path.join(root, 'exercises'), '.mdx')
  return {
    pages: filesIn(content, '.mdx').map((file) => readPage(`content/${file}`, read(`content/${file}`))),
    exerciseTexts: texts.map((file) => {
      const page = readPage(`exercises/${file}`, read(`exercises/${file}`))
      return { ...page, language: path.basename(file, '.mdx'), id: `exercises/${path.dirname(file)}` }
    }),
    names: {
      figures: allFigures.map((figure): Figure => ({
        id: figure.id,
        pictures: figure.pictures ?? [],
        anchors: [figureAnchor(figure), ...Object.values(variantAnchors(figure))],
      })),
      checks: allChecks.map(({ id }) => id),
      predictions: allPredictions.map(({ id }) => id),
      cells: cells.map(({ id }) => id),
      comparisons: allComparisons.map(({ id, pictures = [] }) => ({ id, pictures })),
      exercises: [...new Set(texts.map((file) => path.dirname(file)))],
      components: [...read('src/components/in-content.ts').matchAll(/^ {2}([A-Z]\w+),$/gm)].map(
        ([, name]) => name!,
      ),
    },
    chapters,
    duties,
    anchors: new Map(
      languages
        .filter((language) => existsSync(path.join(root, listOf(language))))
        .map((language) => [language, read(listOf(language)).split(/\r?\n/).filter(Boolean)]),
    ),
    glossaries: new Map(languages.map((language) => [language, readGlossary(content, language)])),
  }
}
