// The live feed: what arrives at the destination, newest first.

const feed = document.querySelector('.feed')
const most = 120
// Batches come in Segment's format.
const names = { page: 'Page Viewed', identify: 'Visitor Identified' }
const answers = ['Step Answered', 'Action Clicked', 'Goal Reached', 'Offer Copied']
const host = [
  'Project Created',
  'Teammate Invited',
  'Task Completed',
  'Contact Clicked',
  'Product Viewed',
  'Product Added',
  'Product Removed',
  'Cart Viewed',
  'Checkout Started',
  'Order Completed',
]

function show(activity) {
  const type = activity.event ?? names[activity.type] ?? activity.type ?? 'Activity'
  const properties = activity.properties ?? {}
  const item = document.createElement('li')
  item.className = answers.includes(type)
    ? 'answer'
    : /^(Flow|Step|Offer|Experiment) /.test(type)
      ? 'flow'
      : host.includes(type)
        ? 'host'
        : ''
  const name = document.createElement('b')
  name.textContent = type
  const time = document.createElement('time')
  const at = new Date(activity.at ?? activity.timestamp ?? Date.now())
  time.textContent = at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const text = document.createElement('span')
  text.textContent = describe(properties, activity)
  item.append(name, time, text)
  feed.prepend(item)
  while (feed.children.length > most) feed.lastElementChild.remove()
}

function describe(properties, activity) {
  const parts = []
  if (properties.flow) parts.push([properties.flow, properties.step].filter(Boolean).join(' › '))
  for (const [key, value] of Object.entries(properties)) {
    if (
      ['flow', 'step', 'referrer', 'image_url', 'url', 'product_id', 'currency', 'seconds', 'engaged'].includes(key) ||
      value === '' ||
      value == null
    )
      continue
    parts.push(typeof value === 'object' ? `${key} ${Array.isArray(value) ? value.length : '…'}` : `${key} ${value}`)
  }
  if (!parts.length) parts.push(activity.page?.path ?? activity.context?.page?.path ?? '')
  return parts.filter(Boolean).join(' · ')
}

for (const button of document.querySelectorAll('[data-show]'))
  button.addEventListener('click', () => {
    document.querySelector('aside').classList.toggle('only', button.dataset.show === 'flows')
    for (const other of document.querySelectorAll('[data-show]'))
      other.setAttribute('aria-pressed', String(other === button))
  })

const live = new EventSource('/collect/live?last=60')
live.addEventListener('message', (message) => show(JSON.parse(message.data)))
addEventListener('pagehide', () => live.close())
