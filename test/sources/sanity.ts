const meta = (id: string, type: string) => ({
  _createdAt: '2026-01-05T09:00:00Z',
  _id: id,
  _rev: 'Kq2nTgnPnpsmQx4Fc4Zhd2',
  _system: { base: { id, rev: 'abc' } },
  _type: type,
  _updatedAt: '2026-01-05T09:30:00Z',
})
const span = (text: string, ...marks: string[]) => ({ _key: `s${text.length}`, _type: 'span', marks, text })
const block = (children: object[], more: object = {}) => ({
  _key: 'b1',
  _type: 'block',
  children,
  markDefs: [],
  style: 'normal',
  ...more,
})

const documents: Record<string, object> = {
  bare: { ...meta('bare', 'tip'), title: 'Hello' },
  hello: {
    ...meta('hello', 'tip'),
    title: 'Invite **your** team',
    related: { _ref: 'other', _type: 'reference' },
    text: [
      block(
        [
          span('See the '),
          span('guide', 'l1'),
          span(' for '),
          span('all', 'em'),
          span(' of it, {{visitor.traits.name}}.'),
        ],
        { markDefs: [{ _key: 'l1', _type: 'link', href: 'https://docs.example.com/invite' }] },
      ),
      block([span('First')], { listItem: 'bullet', level: 1 }),
      block([span('deep')], { listItem: 'number', level: 2 }),
      block([span('Second')], { listItem: 'bullet', level: 1 }),
    ],
    image: {
      _type: 'image',
      alt: 'Two people',
      asset: { _ref: 'image-928ac96d53b0c9049836c86ff25fd3c009039a16-640x360-png', _type: 'reference' },
      hotspot: null,
    },
    items: [
      { _key: 'project', _type: 'item', label: 'Create a project' },
      { _key: 'invite', _type: 'item', label: 'Invite somebody' },
    ],
  },
}

/** Answers `GET /data/query/production?query=…` in the format of the query API. */
export function sanity(query: string, ref: string | null, guide: unknown): unknown {
  const own = (id: string) => (Object.hasOwn(documents, id) ? documents[id] : null)
  const result = query.includes('"guide"')
    ? { _type: 'code', language: 'json', code: JSON.stringify(guide) }
    : ref === null
      ? null
      : own(JSON.parse(ref))
  return { query, result, syncTags: ['s1:jRDqMg'], ms: 4 }
}
