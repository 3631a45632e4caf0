/** Words whose key is data, such as the id of a property: the compiler can't check the key, so the build does. */
import { t } from '../text/index.ts'

/** @throws Error when there are no words for the key in this language */
export const say = t as (
  language: string,
  key: string,
  parameters?: Readonly<Record<string, string | number>>,
) => string
