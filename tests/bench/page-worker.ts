/** The worker that measures the explorer in the page: takes the names of subjects, answers with their measurements. */
import { SUBJECTS, median } from './subjects.ts'

const scope = globalThis as unknown as {
  onmessage: (event: { data: readonly string[] }) => void
  postMessage(message: unknown): void
}

scope.onmessage = ({ data }) => {
  const chosen = SUBJECTS.filter(({ name }) => data.includes(name))
  scope.postMessage(
    Object.fromEntries(
      chosen.map((subject) => [
        subject.name,
        { whole: median(subject, false), reduced: median(subject, true) },
      ]),
    ),
  )
}
