// Pier works without this file. It only saves a page load when something is added or counted.

document.addEventListener('submit', async (event) => {
  const form = event.target
  if (!form.matches('[data-cart-form]')) return
  event.preventDefault()
  const body = new URLSearchParams(new FormData(form, event.submitter))
  const button = event.submitter
  button.disabled = true
  try {
    const reply = await fetch('/pier/cart', { method: 'POST', body, headers: { accept: 'application/json' } })
    const { count } = await reply.json()
    for (const badge of document.querySelectorAll('.count')) {
      badge.textContent = count
      badge.dataset.count = count
    }
    form.querySelector('.said').innerHTML = 'It is in your cart. <a href="/pier/cart">See the cart</a>'
  } catch {
    form.submit()
  } finally {
    button.disabled = false
    button.focus({ preventScroll: true })
  }
})

document.addEventListener('change', (event) => {
  const form = event.target.closest('[data-amount]')
  if (form) form.submit()
})
