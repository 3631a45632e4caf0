/**
 * Gathering: what pages have noted in the local storage moves into the record, and what only the record has goes back where pages read
 * it. Done whenever somebody asks for the whole.
 */
import type { Answer, Position } from './entries.ts'
import type { LearnerRecord } from './database.ts'
import { ANSWER, POSITION, answerKey, note, noted } from './reading.ts'
import { mirrorSetting, mirroredSettings } from './settings.ts'

/** @throws when the record can't be written */
export async function gather(record: LearnerRecord, everything: Everything): Promise<void> {
  const answers = new Map(everything.answers.map((one) => [answerKey(one.page, one.question), one]))
  const positions = new Map(everything.positions.map((one) => [POSITION + one.page, one]))
  for (const key of notedKeys()) {
    const entry = noted<Answer | Position>(key)
    if (entry === null || typeof entry !== 'object' || !Number.isFinite(entry.at)) continue
    if (key.startsWith(ANSWER)) {
      if ((answers.get(key)?.at ?? -1) < entry.at) await record.keepAnswer(entry as Answer)
    } else if ((positions.get(key)?.at ?? -1) < entry.at) {
      const readAt = (entry as Position).readAt ?? positions.get(key)?.readAt ?? null
      await record.keepPosition({ ...(entry as Position), readAt })
    }
  }
  for (const [key, answer] of answers) if (noted(key) === null) note(key, answer)
  for (const [key, position] of positions) if (noted(key) === null) note(key, position)

  const mirrored = mirroredSettings()
  const settings = new Map(everything.settings.map((one) => [one.name, one.value]))
  for (const [name, value] of mirrored)
    if (settings.get(name) !== value) await record.keepSetting({ name, value, at: Date.now() })
  for (const [name, value] of settings) {
    if (mirrored.has(name)) continue
    // Who goes by the system's theme again has none of her own.
    if (name === 'theme') await record.dropSetting(name)
    else mirrorSetting(name, value)
  }
}

/** What the record has of what pages note. */
export interface Everything {
  readonly answers: readonly Answer[]
  readonly positions: readonly Position[]
  readonly settings: Awaited<ReturnType<LearnerRecord['settings']>>
}

function notedKeys(): string[] {
  try {
    return Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at)!).filter(
      (key) => key.startsWith(ANSWER) || key.startsWith(POSITION),
    )
  } catch {
    return []
  }
}
