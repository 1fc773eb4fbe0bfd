/** Rich text as data: a tree of nodes, never HTML. */
export type Text = TextNode[]

export type TextNode =
  | string
  | { type: 'paragraph' | 'strong' | 'em' | 'item'; children: Text }
  | { type: 'heading'; level: 1 | 2 | 3 | 4 | 5 | 6; children: Text }
  | { type: 'list'; ordered: boolean; start?: number; children: Text }
  | { type: 'code'; text: string; block?: boolean }
  | { type: 'link'; url: string; children: Text }
  | { type: 'image'; url: string; alt: string }
  | { type: 'break' }
