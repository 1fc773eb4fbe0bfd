import { all, listen } from './listen.ts'
import type { Observer } from './observer.ts'
import { pathOf } from './page-of.ts'

/**
 * Reports `Video Played`, `Video Paused` and `Video Completed` {title, seconds, percent, anchor, path} of `<video>`, and of
 * elements that speak like one: where it stands, and how much of its length that is. Segment's `Video Playback Started`,
 * `Paused` and `Completed`, with `position` as `seconds`. A pause counts when it lasts half a second: seeking pauses too.
 * Silent videos without controls are decoration, and left out; so are videos in Foothold's own surfaces. Players in
 * frames of other origins (YouTube, Vimeo) cannot be heard.
 */
export function videos(): Observer {
  return {
    name: 'videos',
    watch(report, context) {
      const waiting = new Map<HTMLVideoElement, () => void>()
      const forget = (video: HTMLVideoElement) => {
        waiting.get(video)?.()
        return waiting.delete(video)
      }
      const tell = (type: string, video: HTMLVideoElement, interaction?: false) => {
        const { currentTime, duration } = video
        const anchor = video.closest('[data-foothold]')?.getAttribute('data-foothold')
        const title = titleOf(video)
        report({
          type,
          properties: {
            ...(title && { title }),
            seconds: Math.round(currentTime),
            // A live stream has no end.
            ...(duration < Number.POSITIVE_INFINITY && { percent: Math.round((currentTime / duration) * 100) }),
            ...(anchor && { anchor }),
            path: pathOf(),
          },
          ...(interaction === false && { interaction }),
        })
      }
      return all([
        listen('play pause ended', ({ type, target }: { type: string; target: HTMLVideoElement }) => {
          if (target.localName === 'audio' || typeof target.currentTime !== 'number') return
          if (target.muted && !target.controls) return
          if (type === 'pause')
            waiting.set(
              target,
              context.after(500, () => {
                waiting.delete(target)
                if (!target.seeking) tell('Video Paused', target)
              }),
            )
          // One that goes on within half a second was not paused.
          else if (!forget(target) && type === 'play') tell('Video Played', target)
          if (type === 'ended') tell('Video Completed', target, false)
        }),
        () => {
          for (const video of [...waiting.keys()]) forget(video)
        },
      ])
    },
  }
}

/** What the page calls it, else the name of its file. */
function titleOf(video: HTMLVideoElement): string | undefined {
  const { title, currentSrc = '' } = video
  const file = /^https?:/.test(currentSrc) ? currentSrc.split(/[?#]/)[0]!.split('/').pop() : undefined
  return (video.getAttribute('aria-label') || title || file)?.slice(0, 80)
}
