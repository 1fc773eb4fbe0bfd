/**
 * Keeps the second click of a double click from what came up with the first: it was meant for what stood there before.
 * Two clicks that follow one another are two clicks.
 */
export function guardClicks(): { changed(): void; stop(): void } {
  let series = 0
  let changedIn = -1
  const onClick = (event: MouseEvent) => {
    if (event.detail < 2) series++
    else if (changedIn === series && (event.target as Element).localName === 'foothold-host') {
      event.preventDefault()
      event.stopImmediatePropagation()
    }
  }
  addEventListener('click', onClick, true)
  return {
    /** Something new is on screen. */
    changed() {
      changedIn = series
    },
    stop: () => removeEventListener('click', onClick, true),
  }
}
