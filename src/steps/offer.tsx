import { useEffect, useState } from 'preact/hooks'
import type { Json, ProductProperties } from '../core/activity.ts'
import type { Match } from '../core/guide.ts'
import { endOf } from '../core/task.ts'
import { formatDate, formatPrice } from '../core/template.ts'
import type { FlowView } from '../core/view.ts'
import { Actions, Button, customActions } from './actions.tsx'
import { check } from './check.tsx'
import { Copy } from './copy.tsx'
import { Media, type MediaImage } from './media.tsx'
import css from './offer.css?inline'
import type { StepType } from './step.ts'

export interface OfferProps {
  title?: string
  text?: string
  /** The discount code, to be copied. */
  code?: string
  /**
   * When it really ends: ISO date, milliseconds since the epoch, or a duration such as `"48h"`, which runs from the first
   * time that the visitor was shown the offer and never starts again. Afterwards the offer says that it has ended.
   */
  expires?: string | number
  /** What claims it, e.g. `"Coupon Applied"`; it is not shown again after that. @default that its code is copied */
  claimed?: Match
  /** What it is about, with the names of Segment's e-commerce specification. */
  product?: ProductProperties
  /** E.g. the cart: `{ "from": "trigger.products" }`. */
  products?: ProductProperties[]
  image?: MediaImage
  /** Default: decline, and accept. */
  actions?: Json
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Of browsers: 24 days. */
const longestTimer = 2 ** 31

/** Offers something: a discount code, the products of a cart. */
export const offer: StepType<OfferProps> = { name: 'offer', View: Offer, css }

function Offer({
  title,
  text,
  code,
  expires,
  claimed,
  product,
  products,
  image,
  actions,
  view,
}: OfferProps & { view: FlowView }) {
  const about = { flow: view.flow.id, step: view.step.id }
  useEffect(() => view.report({ type: 'Offer Shown', properties: { ...about, code }, interaction: false }), [])

  const { clock, locale } = view
  const end = endOf(expires, clock.now())
  const ends = end ? formatDate(expires, locale, 'medium', 'short') : undefined
  const [now, setNow] = useState(clock.now)
  const left = end - now
  const ended = left <= 0
  // On the last day what is left is told, and anew when other words say it: every hour, in the last one every minute.
  useEffect(() => {
    const left = end - clock.now()
    const next = left > day ? left - day : left > hour ? ((left + hour / 2) % hour) + 1 : left % minute || minute
    if (now < end && next < longestTimer)
      return clock.after(Math.max(next, 0), () => {
        setNow(clock.now())
      })
  }, [now, end])
  // What has ended is not turned down.
  const no = ended ? 'close' : 'decline'
  const used = claimed !== undefined && view.done.includes('claimed')
  const listed = [...(product ? [product] : []), ...(Array.isArray(products) ? products : [])]
  return (
    <div class="step">
      <Media image={image} view={view} />
      <Copy title={title} text={text} view={view} />
      {listed.length > 0 && (
        <ul class="products">
          {listed.map((one) => (
            <Product key={one.product_id} product={one} view={view} />
          ))}
        </ul>
      )}
      {code && (
        <Code
          code={code}
          closed={ended || used}
          view={view}
          copied={() => view.report({ type: 'Offer Copied', properties: { ...about, code } })}
        />
      )}
      {ends && !used && (
        <p class="note" role="status">
          {ended ? view.label('expired') : view.label('expires').replace('{date}', ends)}
          {left > 0 && left <= day && <span aria-hidden="true">{` (${inWords(left, locale)})`}</span>}
        </p>
      )}
      {used && (
        <p class="note" role="status">
          {view.label('claimed')}
        </p>
      )}
      <Actions view={view}>
        {customActions(actions, view) ?? (
          <>
            {!used && (
              <Button look="link" onClick={() => view.dismiss(no)}>
                {view.label(no)}
              </Button>
            )}
            {!ended && (
              <Button look="primary" onClick={() => view.next()}>
                {view.label(used ? 'done' : 'accept')}
              </Button>
            )}
          </>
        )}
      </Actions>
    </div>
  )
}

function Code({ code, closed, copied, view }: { code: string; closed: boolean; copied: () => void; view: FlowView }) {
  const [done, setDone] = useState(view.done.includes('claimed'))
  const copy = async (event: Event) => {
    const shown = (event.currentTarget as Element).previousElementSibling as Element
    try {
      await navigator.clipboard.writeText(code)
      setDone(true)
      copied()
    } catch {
      // Refused or not there: the code is selected, the visitor copies it.
      getSelection()?.selectAllChildren(shown)
    }
  }
  return (
    <div part="code" data-ended={closed || undefined}>
      <span class="unseen">{view.label('code')}</span>
      <code>{code}</code>
      {!closed && (
        <button type="button" onClick={copy}>
          {done ? check : sheets}
          <span aria-live="polite">{view.label(done ? 'copied' : 'copy')}</span>
        </button>
      )}
    </div>
  )
}

/** In hours, in the last one in minutes: "in 3 hours". */
function inWords(ms: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale)
  return ms > hour ? format.format(Math.round(ms / hour), 'hour') : format.format(Math.ceil(ms / minute), 'minute')
}

function Product({ product, view }: { product: ProductProperties; view: FlowView }) {
  const { name, price, currency, quantity } = product
  const picture = view.url(product.image_url)
  const href = view.url(product.url)
  return (
    <li class="product">
      {picture && <img src={picture} alt="" />}
      <span>
        {href ? <a href={href}>{name}</a> : name}
        {quantity !== undefined && quantity > 1 && <span class="note">{`\u00a0×\u00a0${quantity}`}</span>}
      </span>
      <span class="price">{typeof price === 'number' && formatPrice(price, currency, view.locale)}</span>
    </li>
  )
}

const sheets = (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="M9 9h11v11H9zM15 9V4H4v11h5" />
  </svg>
)
