/** Whether what is put into an element is drawn: in a film, a frame or a component it is not. */
export function hasRoom({ localName, shadowRoot }: { localName: string; shadowRoot: unknown }): boolean {
  return !shadowRoot && !/^(video|audio|iframe|embed|object|img|canvas|svg)$/.test(localName)
}
