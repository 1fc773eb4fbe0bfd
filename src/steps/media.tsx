import type { FlowView } from '../core/view.ts'

export interface MediaImage {
  url: string
  /** What the picture says; empty for mere decoration. */
  alt?: string
  /** With both given, nothing moves when the picture arrives. */
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
