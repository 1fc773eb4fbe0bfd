import { heard } from './heard.ts'
import type { Observer } from './observer.ts'
import { onSettled } from './on-settled.ts'

/**
 * Reports what a page tells Segment: every `analytics.track()`, by the documented `analytics.on('track')`, also what was
 * called before Segment was loaded. Names stay as they are (Foothold's e-commerce names are Segment's), but for the video
 * specification's: `Video Playback Paused` is `Video Paused`. `analytics.page()` is left out: `pageViews()` reports pages.
 * Of the properties stay those that `heard` lets through, or of these the ones in `only`.
 *
 * An observer cannot say who the visitor is; with `identify` the page does:
 * `segmentAnalytics({ identify: (id, traits) => foothold.identify(id, { plan: traits.plan }) })`.
 */
export function segmentAnalytics({ analytics, only, identify }: SegmentAnalyticsOptions = {}): Observer {
  return {
    name: 'segment-analytics',
    watch(report, context) {
      let listening: SegmentEmitter | undefined
      const onTrack = (type: unknown, properties: unknown) => {
        const told = heard(videos[String(type)] ?? type, inSeconds(properties), only)
        if (told) report(told)
      }
      const onIdentify = (id: unknown, traits: unknown) => {
        if (typeof id === 'string' && id) identify?.(id, Object(traits))
      }
      const look = () => {
        const found = analytics ?? (window as { analytics?: SegmentEmitter }).analytics
        if (listening || typeof found?.on !== 'function') return
        listening = found
        // Before Segment is loaded its snippet keeps this call too, and makes it before the others.
        found.on('track', onTrack)
        found.on('identify', onIdentify)
      }
      look()
      const stop = listening ? () => {} : onSettled(context, look, () => {})
      return () => {
        stop()
        listening?.off('track', onTrack)
        listening?.off('identify', onIdentify)
        listening = undefined
      }
    },
  }
}

export interface SegmentAnalyticsOptions {
  /** An instance from `AnalyticsBrowser.load()`. @default window.analytics */
  analytics?: SegmentEmitter
  /** Names of the properties that are taken over, at most. */
  only?: string[]
  /** Called with what `analytics.identify(id, traits)` was given. */
  identify?(id: string, traits: Record<string, unknown>): void
}

/** What is needed of Segment's `analytics`. */
export interface SegmentEmitter {
  on(name: string, run: (...given: unknown[]) => void): unknown
  off(name: string, run: (...given: unknown[]) => void): unknown
}

const videos: { [type: string]: string | undefined } = {
  'Video Playback Started': 'Video Played',
  'Video Playback Resumed': 'Video Played',
  'Video Playback Paused': 'Video Paused',
  'Video Playback Completed': 'Video Completed',
}

function inSeconds(properties: unknown): unknown {
  const { position } = Object(properties)
  return typeof position === 'number' ? { seconds: position, ...(properties as object) } : properties
}
