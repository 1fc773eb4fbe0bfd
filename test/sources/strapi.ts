const dates = {
  createdAt: '2026-01-05T09:00:00.000Z',
  updatedAt: '2026-01-05T09:30:00.000Z',
  publishedAt: '2026-01-05T09:31:00.000Z',
}
const text = (text: string, more: object = {}) => ({ type: 'text', text, ...more })
const node = (type: string, children: object[], more: object = {}) => ({ type, children, ...more })
const blocks = [
  node('paragraph', [
    text('See the '),
    node('link', [text('guide')], { url: 'https://docs.example.com/invite' }),
    text(' for '),
    text('all', { italic: true }),
    text(' of it, {{visitor.traits.name}}.'),
  ]),
  node(
    'list',
    [
      node('list-item', [text('First')]),
      node('list', [node('list-item', [text('deep')])], { format: 'ordered', indentLevel: 1 }),
      node('list-item', [text('Second')]),
    ],
    { format: 'unordered' },
  ),
  node('paragraph', [text('')]),
]
const file = {
  name: 'people.png',
  alternativeText: 'Two people',
  caption: null,
  width: 640,
  height: 360,
  formats: {
    thumbnail: {
      name: 'thumbnail_people.png',
      hash: 'thumbnail_people_1',
      ext: '.png',
      mime: 'image/png',
      width: 245,
      height: 138,
      size: 9.1,
      url: '/uploads/thumbnail_people_1.png',
    },
  },
  hash: 'people_1',
  ext: '.png',
  mime: 'image/png',
  size: 41.2,
  url: '/uploads/people_1.png',
  previewUrl: null,
  provider: 'local',
  provider_metadata: null,
}
const items = [
  { id: 11, key: 'project', label: 'Create a project' },
  { id: 12, key: 'invite', label: 'Invite somebody' },
]
const hello = { slug: 'hello', title: 'Invite **your** team', note: null, text: blocks, items }
const meta = { pagination: { page: 1, pageSize: 25, pageCount: 1, total: 1 } }

/** Answers `GET /api/…` in the flat format of Strapi 5; undefined is a 404. */
export function strapi5(path: string, slug: string | null, guide: unknown): unknown {
  const entry = (id: number, fields: object) => ({ id, documentId: `doc${id}`, ...fields, ...dates, locale: 'en' })
  if (path === '/api/guide') return { data: entry(1, { guide }), meta: {} }
  if (path !== '/api/tips') return undefined
  const image = { id: 3, documentId: 'doc3', ...file, ...dates }
  const tips = [entry(2, { slug: 'bare', title: 'Hello' }), entry(4, { ...hello, image, localizations: [] })]
  return { data: tips.filter((tip) => (tip as { slug?: string }).slug === slug), meta }
}

/** Answers `GET /api/…` in the format of Strapi 4, with `attributes`; undefined is a 404. */
export function strapi4(path: string, slug: string | null, guide: unknown): unknown {
  const entry = (id: number, fields: object) => ({ id, attributes: { ...fields, ...dates, locale: 'en' } })
  if (path === '/api/guide') return { data: entry(1, { guide }), meta: {} }
  if (path !== '/api/tips') return undefined
  const image = { data: { id: 3, attributes: { ...file, createdAt: dates.createdAt, updatedAt: dates.updatedAt } } }
  const tips = [
    entry(2, { slug: 'bare', title: 'Hello' }),
    entry(4, { ...hello, image, video: { data: null }, localizations: { data: [] } }),
  ]
  return { data: tips.filter((tip) => (tip.attributes as { slug?: string }).slug === slug), meta }
}
