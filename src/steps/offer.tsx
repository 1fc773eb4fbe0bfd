import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Json, ProductProperties } from '../core/activity.ts'
import { formatDate, formatPrice } from '../core/template.ts'
import type { FlowView } from '../core/view.ts'
import { Actions, Button, customActions } from './actions.tsx'
import { Copy } from './copy.tsx'
import { Media, type MediaImage } from './media.tsx'
import type { StepType } from './step.ts'

export interface OfferProps {
  title?: string
  text?: string
  /** The discount code, to be copied. */
  code?: string
  /** When it really ends: ISO date or milliseconds. Shown as a date; afterwards the offer says that it has ended. */
  expires?: string | number
  /** What it is about, with the names of Segment's e-commerce specification. */
  product?: ProductProperties
  /** E.g. the cart: `{ "from": "trigger.products" }`. */
  products?: ProductProperties[]
  image?: MediaImage
  /** Default: decline, and accept. */
  actions?: Json
}

/** Offers something: a discount code, the products of a cart. */
export const offer: StepType<OfferProps> = { name: 'offer', View: Offer }

function Offer({
  title,
  text,
  code,
  expires,
  product,
  products,
  image,
  actions,
  view,
}: OfferProps & { view: FlowView }) {
  const about = { flow: view.flow.id, step: view.step.id }
  useEffect(() => view.report({ type: 'Offer Shown', properties: { ...about, code }, interaction: false }), [])

  const ends = expires === undefined ? undefined : formatDate(expires, view.locale, 'medium', 'short')
  const ended = ends !== undefined && new Date(expires as string).getTime() <= Date.now()
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
          ended={ended}
          view={view}
          copied={() => view.report({ type: 'Offer Copied', properties: { ...about, code } })}
        />
      )}
      {ends && <p class="note">{ended ? view.label('expired') : view.label('expires').replace('{date}', ends)}</p>}
      <Actions view={view}>
        {customActions(actions, view) ?? (
          <>
            <Button look="link" onClick={() => view.dismiss('decline')}>
              {view.label('decline')}
            </Button>
            {!ended && (
              <Button look="primary" onClick={() => view.next()}>
                {view.label('accept')}
              </Button>
            )}
          </>
        )}
      </Actions>
    </div>
  )
}

function Code({ code, ended, copied, view }: { code: string; ended: boolean; copied: () => void; view: FlowView }) {
  const done = useSignal(false)
  const copy = async (event: Event) => {
    const shown = (event.currentTarget as Element).previousElementSibling as Element
    try {
      await navigator.clipboard.writeText(code)
      done.value = true
      copied()
    } catch {
      // Refused or not there: the code is selected, the visitor copies it.
      getSelection()?.selectAllChildren(shown)
    }
  }
  return (
    <div part="code" data-ended={ended || undefined}>
      <span class="unseen">{view.label('code')}</span>
      <code>{code}</code>
      {!ended && (
        <button type="button" onClick={copy}>
          {done.value ? check : sheets}
          <span aria-live="polite">{view.label(done.value ? 'copied' : 'copy')}</span>
        </button>
      )}
    </div>
  )
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

const check = (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="m5 12.5 4.5 4.5L19 7.5" />
  </svg>
)
