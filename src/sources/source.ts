import type { Visitor } from '../core/activity.ts'
import type { FlowContext } from '../core/guide.ts'

/** Brings the guide and the content of steps. What it brings is untrusted: it is parsed at the door. */
export interface Source {
  name: string
  /**
   * The guide, as unknown. Rejects when it cannot be had; the last good guide then stays in force, and it is asked for
   * again: not before `retryAfter` milliseconds, where the error's `cause` has them.
   */
  guide(visitor: Visitor, signal: AbortSignal): Promise<unknown>
  /**
   * Props of a step (or the steps of a flow by reference), as unknown, for the visitor and what triggered the flow. Asked
   * when the flow fires or its trigger comes close. What will trigger it is not known then: reading `context.trigger`
   * throws, and the content is asked for again when the flow fires.
   */
  content?(ref: string, context: ContentContext): Promise<unknown>
}

export interface ContentContext extends FlowContext {
  visitor: Visitor
  locale: string
  signal: AbortSignal
}
