import type { FlowView } from '../core/view.ts'

export interface MediaImage {
  url: string
  /** What the picture says; empty for mere decoration. */
  alt?: string
  /** With both given, nothing moves when the picture arrives. */
  width?: number
  height?: number
}

export interface MediaVideo {
  src: string
  /** The picture that stands there until it plays. */
  poster?: string
  /** What it is about, for those who do not see it. */
  title?: string
  /** WebVTT files; the one in the visitor's language, else the first, is on. */
  captions?: { src: string; lang: string; label: string }[]
  /** Plays at once, without a sound and over and over; never for visitors who want less motion. @default false */
  autoplay?: boolean
  /** @default 16 to 9 */
  width?: number
  height?: number
}

/** The picture of a step. */
export function Media({ image, view }: { image?: MediaImage; view: FlowView }) {
  const source = view.url(image?.url)
  return source ? (
    <img part="media" src={source} alt={image?.alt ?? ''} width={image?.width} height={image?.height} />
  ) : null
}

/** The video of a step, with the browser's own controls. */
export function Video({ video, view }: { video?: MediaVideo; view: FlowView }) {
  const source = view.url(video?.src)
  if (!video || !source) return null
  const { poster, title, captions, autoplay, width, height } = video
  const tracks = (Array.isArray(captions) ? captions : []).flatMap(({ src, ...track }) => {
    const url = view.url(src)
    return url ? { ...track, src: url } : []
  })
  const [language = ''] = view.locale.split('-')
  const own = Math.max(
    tracks.findIndex(({ lang }) => lang?.split('-')[0] === language),
    0,
  )
  const plays = autoplay && !matchMedia('(prefers-reduced-motion: reduce)').matches
  return (
    <video
      part="media"
      src={source}
      poster={view.url(poster)}
      aria-label={title}
      width={width}
      height={height}
      controls
      playsInline
      preload="metadata"
      autoplay={plays}
      muted={plays}
      loop={plays}
      // Captions from elsewhere need it, and then the video does.
      crossOrigin={tracks.some(({ src }) => new URL(src).origin !== location.origin) ? 'anonymous' : undefined}
    >
      {tracks.map(({ src, lang, label }, at) => (
        <track key={src} kind="captions" src={src} srcLang={lang} label={label} default={at === own} />
      ))}
    </video>
  )
}
