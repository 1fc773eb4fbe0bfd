const link = (linkType: string, id: string) => ({ sys: { type: 'Link', linkType, id } })
const sys = (id: string, contentType: string) => ({
  space: link('Space', 's1'),
  id,
  type: 'Entry',
  createdAt: '2026-01-05T09:00:00.000Z',
  updatedAt: '2026-01-05T09:30:00.000Z',
  environment: link('Environment', 'master'),
  publishedVersion: 7,
  revision: 2,
  contentType: link('ContentType', contentType),
  locale: 'en-US',
})
const metadata = { tags: [], concepts: [] }
const text = (value: string, ...marks: string[]) => ({
  nodeType: 'text',
  value,
  marks: marks.map((type) => ({ type })),
  data: {},
})
const node = (nodeType: string, content: object[], data: object = {}) => ({ nodeType, data, content })

const entries = (guide: unknown) => [
  { metadata, sys: sys('guide', 'guide'), fields: { name: 'The guide', guide } },
  { metadata, sys: sys('bare', 'tip'), fields: { title: 'Hello' } },
  {
    metadata,
    sys: sys('hello', 'tip'),
    fields: {
      title: 'Invite **your** team',
      text: node('document', [
        node('paragraph', [
          text('See the '),
          node('hyperlink', [text('guide')], { uri: 'https://docs.example.com/invite' }),
          text(' for '),
          text('all', 'italic'),
          text(' of it, {{visitor.traits.name}}.'),
        ]),
        node('unordered-list', [
          node('list-item', [
            node('paragraph', [text('First')]),
            node('ordered-list', [node('list-item', [node('paragraph', [text('deep')])])]),
          ]),
          node('list-item', [node('paragraph', [text('Second')])]),
        ]),
        node('embedded-entry-block', [], { target: link('Entry', 'unpublished') }),
        node('paragraph', [text('')]),
      ]),
      image: link('Asset', 'people'),
      items: [link('Entry', 'project'), link('Entry', 'invite'), link('Entry', 'unpublished')],
    },
  },
  {
    metadata,
    sys: sys('circle', 'tip'),
    fields: { title: 'Round', next: link('Entry', 'back'), items: [link('Entry', 'back'), link('Entry', 'circle')] },
  },
]

const includes = {
  Entry: [
    { metadata, sys: sys('project', 'item'), fields: { label: 'Create a project' } },
    { metadata, sys: sys('invite', 'item'), fields: { label: 'Invite somebody' } },
    { metadata, sys: sys('back', 'tip'), fields: { title: 'And back', next: link('Entry', 'circle') } },
  ],
  Asset: [
    {
      metadata,
      sys: { ...sys('people', ''), type: 'Asset' },
      fields: {
        title: 'people',
        description: 'Two people',
        file: {
          url: '//images.ctfassets.net/s1/people/95162fee3f8da29e/people.png',
          details: { size: 13154, image: { width: 640, height: 360 } },
          fileName: 'people.png',
          contentType: 'image/png',
        },
      },
    },
  ],
}

/** Answers `GET /spaces/s1/environments/master/entries?sys.id=…` in the format of the Content Delivery API. */
export function contentful(id: string | null, guide: unknown): unknown {
  const items = entries(guide).filter((entry) => entry.sys.id === id)
  return {
    sys: { type: 'Array' },
    total: items.length,
    skip: 0,
    limit: 100,
    items,
    ...(items.length && {
      errors: [
        {
          sys: { id: 'notResolvable', type: 'error' },
          details: { type: 'Link', linkType: 'Entry', id: 'unpublished' },
        },
      ],
      includes,
    }),
  }
}
