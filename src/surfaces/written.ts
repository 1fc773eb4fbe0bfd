/** Whether one writes there. */
export function isField(at: Element): boolean {
  return (
    at.matches('textarea, input:not([type=radio], [type=checkbox], [type=range])') ||
    (at as HTMLElement).isContentEditable
  )
}

/** Whether a field holds something that was written there. */
export function isWritten(at: Element): boolean {
  return isField(at) && !!(at as HTMLInputElement).value
}
