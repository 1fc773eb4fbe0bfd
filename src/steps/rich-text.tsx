import type { ComponentChildren } from 'preact'
import type { Text, TextNode } from '../core/text.ts'
import type { FlowView } from '../core/view.ts'

/** Draws a text tree as nodes. Addresses that are not allowed leave only their words. */
export function RichText({ text, view }: { text: Text; view: FlowView }) {
  return <>{text.map((node) => drawNode(node, view))}</>
}

/** The same without blocks, for one line: a title, a label. */
export function InlineText({ text, view }: { text: Text; view: FlowView }) {
  return (
    <RichText
      text={text.flatMap((node) =>
        typeof node === 'object' && (node.type === 'paragraph' || node.type === 'heading') ? node.children : node,
      )}
      view={view}
    />
  )
}

function drawNode(node: TextNode, view: FlowView): ComponentChildren {
  if (typeof node === 'string') return node
  const inside = 'children' in node && <RichText text={node.children} view={view} />
  switch (node.type) {
    case 'paragraph':
      return <p>{inside}</p>
    case 'strong':
      return <strong>{inside}</strong>
    case 'em':
      return <em>{inside}</em>
    case 'item':
      return <li>{inside}</li>
    // A step has one title, which is the only heading above these.
    case 'heading':
      return <h3>{inside}</h3>
    case 'list':
      return node.ordered ? <ol start={node.start}>{inside}</ol> : <ul>{inside}</ul>
    case 'code':
      return node.block ? (
        <pre>
          <code>{node.text}</code>
        </pre>
      ) : (
        <code>{node.text}</code>
      )
    case 'break':
      return <br />
    case 'image': {
      const source = view.url(node.url)
      return source ? <img src={source} alt={node.alt} /> : node.alt
    }
    case 'link': {
      const href = view.url(node.url)
      if (!href) return inside
      const elsewhere = new URL(href, location.href).origin !== location.origin
      return (
        <a href={href} {...(elsewhere && { target: '_blank', rel: 'noopener noreferrer' })}>
          {inside}
        </a>
      )
    }
  }
}
