import { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { html, raw } from 'hono/html'
import { image, money, product, products } from './products.mjs'

const json = (value) => raw(JSON.stringify(value).replace(/</g, '\\u003c'))

/** Pier, a shop of server-rendered pages. The cart is a cookie, so it works without any script. */
export function pier() {
  const app = new Hono()
  const orders = new Map()

  app.get('/', (c) => c.html(page(c, 'Things for the edge of the sea', home())))
  app.get('/products/:id', (c) => {
    const one = product(c.req.param('id'))
    return one ? c.html(page(c, one.name, productPage(one), productData(one, new URL(c.req.url).origin))) : lost(c)
  })
  app.get('/cart', (c) => c.html(page(c, 'Cart', cartPage(cartOf(c)))))
  app.post('/cart', async (c) => {
    const form = await c.req.parseBody()
    const items = read(c)
    const id = String(form.add ?? form.remove ?? form.product ?? '')
    if (!product(id)) return c.redirect('/pier/cart', 303)
    const quantity = form.remove
      ? 0
      : form.add
        ? (items[id] ?? 0) + 1
        : Math.max(0, Math.min(9, Number(form.quantity) || 0))
    if (quantity) items[id] = quantity
    else delete items[id]
    write(c, items)
    if (c.req.header('accept')?.includes('application/json')) return c.json({ count: count(items) })
    return c.redirect('/pier/cart', 303)
  })
  app.get('/checkout', (c) =>
    cartOf(c).lines.length ? c.html(page(c, 'Checkout', checkoutPage(cartOf(c)))) : c.redirect('/pier/cart'),
  )
  app.post('/checkout', async (c) => {
    const cart = cartOf(c)
    if (!cart.lines.length) return c.redirect('/pier/cart', 303)
    const form = await c.req.parseBody()
    const off =
      String(form.code ?? '')
        .trim()
        .toUpperCase() === 'BACK10'
        ? Math.round(cart.value * 10) / 100
        : 0
    const id = `PR-${1041 + orders.size}`
    orders.set(id, { id, name: String(form.name ?? '').split(' ')[0], cart, off, told: false })
    write(c, {})
    return c.redirect(`/pier/orders/${id}`, 303)
  })
  app.get('/orders/:id', (c) => {
    const order = orders.get(c.req.param('id'))
    if (!order) return lost(c)
    const first = !order.told
    order.told = true
    return c.html(page(c, 'Thank you', orderPage(order), first ? purchase(order) : ''))
  })
  app.get('/help', (c) => c.html(page(c, 'Help', helpPage())))
  app.get('/*', lost)
  return app
}

const lost = (c) =>
  c.html(
    page(
      c,
      'Not here',
      html`<section class="narrow plain"><h1>The tide took this page</h1><p>It was moved or sold out. The shop is still open.</p><a class="button" href="/pier">To the shop</a></section>`,
    ),
    404,
  )

function read(c) {
  try {
    const items = JSON.parse(getCookie(c, 'pier_cart') ?? '{}')
    return Object.fromEntries(Object.entries(items).filter(([id, quantity]) => product(id) && quantity > 0))
  } catch {
    return {}
  }
}
const write = (c, items) =>
  setCookie(c, 'pier_cart', JSON.stringify(items), { path: '/', sameSite: 'Lax', maxAge: 60 * 86_400 })
const count = (items) => Object.values(items).reduce((sum, quantity) => sum + quantity, 0)

function cartOf(c) {
  const lines = Object.entries(read(c)).map(([id, quantity]) => ({ ...product(id), quantity }))
  return { lines, value: lines.reduce((sum, line) => sum + line.price * line.quantity, 0) }
}

function page(c, title, body, extra = '') {
  const items = count(read(c))
  const path = new URL(c.req.url).pathname
  const link = (to, text, name) =>
    html`<a href="${to}"${path === to ? raw(' aria-current="page"') : ''}${name ? raw(` data-foothold="${name}"`) : ''}>${text}</a>`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Pier</title>
<link rel="icon" href="/demo/pier/art/mark.svg">
<link rel="stylesheet" href="/demo/pier/pier.css">
<script src="/demo/clock.js"></script>
<script src="/demo/store.js"></script>
<script>window.foothold=window.foothold||[]</script>
<script type="module" src="/foothold.js" data-guide="/guide/pier.json" data-content="/content" data-webhook="/collect" data-theme="auto"></script>
${extra}
<script type="module" src="/demo/pier/pier.js"></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<p class="ribbon">Free delivery from ${money(60).replace('.00', '')} · Returns within 60 days</p>
<header class="mast">
  <nav aria-label="Main">${link('/pier', 'Shop')}${link('/pier/help', 'Help', 'nav.help')}</nav>
  <a class="wordmark" href="/pier" aria-label="Pier, home">Pier</a>
  <nav class="end" aria-label="Cart"><a href="/pier/cart" data-foothold="nav.cart"${path === '/pier/cart' ? raw(' aria-current="page"') : ''}>Cart <span class="count" data-count="${items}">${items}</span></a></nav>
</header>
<main id="main">${body}</main>
<footer class="foot">
  <p class="wordmark">Pier</p>
  <p>Slow things for the edge of the sea.<br>Made in small runs by nine workshops.</p>
  <p><a href="/pier/help">Delivery and returns</a><br><a href="mailto:hello@pier.example">hello@pier.example</a></p>
</footer>
</body>
</html>`
}

const tile = (one) => html`<li><a class="tile" href="/pier/products/${one.id}">
  <img src="${image(one)}" alt="" width="480" height="560" loading="lazy">
  <span class="name">${one.name}</span><span class="price">${money(one.price)}</span><span class="line">${one.line}</span>
</a></li>`

const home = () => html`
<section class="hero">
  <img src="/demo/pier/art/hero.svg" alt="A long wooden pier at dusk, a lamp lit at its end" width="1400" height="640">
  <div><p class="over">The autumn table</p><h1>Things for the edge of the sea</h1><p>Wool, enamel, ash and glass, for people who eat outside until November.</p><a class="button light" href="#shop">See all eight</a></div>
</section>
<section id="shop" class="shelf" aria-labelledby="shop-title">
  <h2 id="shop-title">Everything, at a glance</h2>
  <ul class="tiles" data-foothold="catalogue">${products.map(tile)}</ul>
</section>
<section class="story"><blockquote>“We make eight things. When one sells out, we make it again, a little better.”</blockquote><p>Ines and Tom, at the old ferry office</p></section>`

const productPage = (one) => html`
<article class="product" data-foothold-product="${one.id}" data-foothold-name="${one.name}" data-foothold-price="${one.price}" data-foothold-currency="EUR" data-foothold-image_url="${image(one)}">
  <div class="picture"><img src="${image(one)}" alt="${one.name}" width="480" height="560"></div>
  <div class="buy">
    <p class="over"><a href="/pier">Shop</a> / ${one.kind}</p>
    <h1>${one.name}</h1>
    <p class="price" data-foothold="product.price">${money(one.price)}</p>
    <p class="lead">${one.text}</p>
    <form action="/pier/cart" method="post" data-cart-form>
      <button class="button wide" name="add" value="${one.id}" data-foothold="product.add" data-foothold-add="${one.id}" data-foothold-name="${one.name}" data-foothold-price="${one.price}" data-foothold-currency="EUR" data-foothold-image_url="${image(one)}">Add to cart</button>
      <p class="said" role="status"></p>
    </form>
    <dl>${[...one.facts, ['From', one.from]].map(([name, fact]) => html`<div><dt>${name}</dt><dd>${fact}</dd></div>`)}</dl>
    <p class="small">In stock. With you in two to four days, free from €60. <a href="/pier/help">Delivery and returns</a></p>
  </div>
</article>
<section class="shelf" aria-labelledby="more-title"><h2 id="more-title">Goes well with it</h2>
  <ul class="tiles few">${[1, 3, 5].map((step) => tile(products[(products.indexOf(one) + step) % products.length]))}</ul>
</section>`

const productData = (one, origin) =>
  html`<script type="application/ld+json">${json({
    '@context': 'https://schema.org',
    '@type': 'Product',
    sku: one.id,
    productID: one.id,
    name: one.name,
    description: one.text,
    image: image(one),
    category: one.kind,
    brand: { '@type': 'Brand', name: 'Pier' },
    offers: {
      '@type': 'Offer',
      price: one.price.toFixed(2),
      priceCurrency: 'EUR',
      availability: 'https://schema.org/InStock',
      url: `${origin}/pier/products/${one.id}`,
    },
  })}</script>`

const lineRow = (
  line,
) => html`<li class="lineitem" data-foothold-product="${line.id}" data-foothold-name="${line.name}" data-foothold-price="${line.price}" data-foothold-currency="EUR" data-foothold-quantity="${line.quantity}" data-foothold-image_url="${image(line)}">
  <a href="/pier/products/${line.id}" tabindex="-1" aria-hidden="true"><img src="${image(line)}" alt="" width="96" height="112"></a>
  <div><a class="name" href="/pier/products/${line.id}">${line.name}</a><span class="small">${line.line}</span>
    <form action="/pier/cart" method="post" class="amount" data-amount>
      <input type="hidden" name="product" value="${line.id}">
      <label>Quantity <select name="quantity">${Array.from({ length: 9 }, (_, index) => html`<option${index + 1 === line.quantity ? raw(' selected') : ''}>${index + 1}</option>`)}</select></label>
      <noscript><button>Update</button></noscript>
      <button class="text" name="remove" value="${line.id}" aria-label="Remove ${line.name}" data-foothold-remove>Remove</button>
    </form>
  </div>
  <span class="price">${money(line.price * line.quantity)}</span>
</li>`

const cartPage = (cart) =>
  cart.lines.length
    ? html`<section class="cart" data-foothold-cart data-foothold-value="${cart.value}" data-foothold-currency="EUR">
  <div><h1>Your cart</h1><ul class="lines">${cart.lines.map(lineRow)}</ul></div>
  <aside class="sum"><h2>Summary</h2>${sums(cart)}<a class="button wide" href="/pier/checkout" data-foothold="cart.checkout" data-foothold-checkout>Check out</a><p class="small">Packed in paper, sent by bicycle where we can.</p></aside>
</section>`
    : html`<section class="narrow plain" data-foothold-cart><img src="/demo/pier/art/empty.svg" alt="" width="320" height="200"><h1>Nothing here yet</h1><p>The mug is what most people begin with.</p><a class="button" href="/pier">To the shop</a></section>`

const shipping = (value) => (value >= 60 ? 0 : 6)
const sums = (cart, off = 0) => html`<dl class="sums">
  <div><dt>Items</dt><dd>${money(cart.value)}</dd></div>
  ${off ? html`<div><dt>BACK10</dt><dd>−${money(off)}</dd></div>` : ''}
  <div><dt>Delivery</dt><dd>${shipping(cart.value) ? money(shipping(cart.value)) : 'Free'}</dd></div>
  <div class="total"><dt>Total</dt><dd>${money(cart.value - off + shipping(cart.value))}</dd></div>
</dl>`

const checkoutPage = (cart) => html`<section class="cart">
  <form class="checkout" action="/pier/checkout" method="post" id="checkout">
    <h1>Checkout</h1>
    <fieldset><legend>Where to</legend>
      <label>Name<input name="name" autocomplete="name" required value="Ida Falk"></label>
      <label>Email<input name="email" type="email" autocomplete="email" required value="ida@example.com"></label>
      <label>Street and number<input name="street" autocomplete="street-address" required value="Kaistrasse 4"></label>
      <div class="two"><label>Postcode<input name="zip" autocomplete="postal-code" required value="20457"></label><label>City<input name="city" autocomplete="address-level2" required value="Hamburg"></label></div>
    </fieldset>
    <fieldset><legend>How to pay</legend>
      <label class="pick"><input type="radio" name="pay" value="invoice" checked><span>Invoice, 30 days</span></label>
      <label class="pick"><input type="radio" name="pay" value="transfer"><span>Bank transfer</span></label>
    </fieldset>
    <fieldset><legend>Have a code?</legend><label>Code<input name="code" autocomplete="off" placeholder="BACK10" data-foothold="checkout.code"></label></fieldset>
    <button class="button wide">Place order, ${money(cart.value + shipping(cart.value))}</button>
    <p class="small">This is a demo shop: nothing is charged, nothing is sent.</p>
  </form>
  <aside class="sum"><h2>${cart.lines.length === 1 ? 'One thing' : `${cart.lines.length} things`}</h2>
    <ul class="mini">${cart.lines.map((line) => html`<li><img src="${image(line)}" alt="" width="48" height="56"><span>${line.name}<span class="small">${line.quantity} × ${money(line.price)}</span></span></li>`)}</ul>
    ${sums(cart)}</aside>
</section>`

const orderPage = (order) => html`<section class="narrow plain" data-foothold="order">
  <img src="/demo/pier/art/sent.svg" alt="" width="320" height="200">
  <h1>Thank you${order.name ? `, ${order.name}` : ''}</h1>
  <p>Order ${order.id} is on its way to the packing table. You get an email when it leaves the pier.</p>
  <div class="sum">${sums(order.cart, order.off)}</div>
  <a class="button" href="/pier">Back to the shop</a>
</section>`

/** The one thing that the markup cannot say: told once, when the order is placed. */
const purchase = (order) =>
  html`<script>foothold.push(${json([
    'track',
    'Order Completed',
    {
      order_id: order.id,
      total: order.cart.value - order.off + shipping(order.cart.value),
      currency: 'EUR',
      products: order.cart.lines.map((line) => ({
        product_id: line.id,
        name: line.name,
        price: line.price,
        quantity: line.quantity,
      })),
    },
  ])})</script>`

const helpPage = () => html`<section class="help">
  <header><p class="over">Help</p><h1>Ask us anything</h1><p class="lead">Ines answers in the morning, Tom after lunch.</p></header>
  <div class="answers" data-foothold="help.answers">
    ${[
      [
        'When will it arrive?',
        'Two to four working days within Europe. You get a link to follow it the moment it leaves.',
      ],
      [
        'What if I don’t like it?',
        'Send it back within 60 days, used or not. We pay for the way home and refund you the day it arrives.',
      ],
      ['Does the blanket scratch?', 'No. We wash the wool three times. If it scratches you, we take it back.'],
      [
        'Can I get a replacement part?',
        'Always: lantern glass, kettle whistles, stool legs. Write to us with a picture.',
      ],
      ['Do you wrap gifts?', 'In brown paper and blue string, with your note by hand. Say so in the order.'],
    ].map(
      ([question, answer], index) =>
        html`<details${index ? '' : raw(' open')}><summary>${question}</summary><p>${answer}</p></details>`,
    )}
  </div>
  <aside class="contact"><h2>Or talk to a person</h2><p>Monday to Friday, 9 to 17.</p><a class="button" href="mailto:hello@pier.example" data-foothold="help.contact" data-foothold-track="Contact Clicked">Write to Pier</a></aside>
</section>`
