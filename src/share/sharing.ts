/** Sharing: what a part of a page hands to the dialog, and the dialog itself, loaded when somebody shares something. */
import { mount, unmount } from 'svelte'
import type { Telling } from '../../engine/trace/plain-transcript.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import type { Words } from '../widgets/figure.ts'
import ShareDialog from './ShareDialog.svelte'
import type { Shared } from './shared.ts'
import { loadSay } from './words.ts'

export interface Sharing {
  /** What it is called, for pictures and transcripts. */
  readonly title: string
  /** What the link carries; null where no link can. */
  readonly shared: Shared | null
  /** The anchor of the part of the page that it is of. Left out: the page has one part only. */
  readonly anchor?: string
  /** The run, for pictures and words; null where there is none. */
  readonly record: RunRecord | null
  readonly step: number
  /** The engine’s words and the widgets’. */
  readonly words: Words
  readonly telling?: Telling
  /** Where the run’s views are on the page. */
  readonly among: HTMLElement
  /** The address of the page that stands in a frame elsewhere. Left out: there is none. */
  readonly embed?: string
  /** Takes what came in a file. Left out: nothing can be opened here. */
  readonly open?: (shared: Shared) => void
}

/** Opens the dialog. It goes when it is closed, and the focus goes back to where it was. */
export async function openSharing(sharing: Sharing): Promise<void> {
  const say = await loadSay()
  const dialog = mount(ShareDialog, {
    target: document.body,
    props: { ...sharing, say, closed: () => void unmount(dialog) },
  })
}
