/** What a client has sent, where nothing leaves the browser: each request to another host, in order, with its body as text. */
export interface Wire {
  requests: { url: URL; body: string }[]
  /** Waits until a request has come whose body satisfies. */
  until(satisfies: (body: string) => boolean): Promise<void>
  /** Gives the page its own network back. */
  cut(): void
}

/** Puts itself between the page and the network. To be called before a client is imported, as they keep what they find. */
export function tapWire(reply: (url: URL) => unknown = () => ({})): Wire {
  const requests: Wire['requests'] = []
  let waiting: (() => void)[] = []
  const { fetch, XMLHttpRequest } = window
  const { open, send } = XMLHttpRequest.prototype
  const { sendBeacon } = navigator
  const isOurs = (url: URL) => url.hostname === location.hostname
  let tail = Promise.resolve()
  const taken = (url: URL, body: unknown) => {
    // In the order they were sent in, though some have to be unpacked.
    tail = tail.then(async () => {
      requests.push({ url, body: await textOf(body) })
      for (const look of waiting.splice(0)) look()
    })
    return tail
  }

  window.fetch = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    if (isOurs(url)) return fetch(input, init)
    await taken(url, init?.body ?? (await request.blob()))
    return new Response(JSON.stringify(reply(url)), { headers: { 'content-type': 'application/json' } })
  }
  XMLHttpRequest.prototype.open = function (this: any, method: string, address: string | URL, ...rest: any[]) {
    const url = new URL(address, location.href)
    if (isOurs(url)) return open.call(this, method, address, ...(rest as [boolean]))
    this.tapped = url
    return open.call(this, 'GET', `data:application/json,${encodeURIComponent(JSON.stringify(reply(url)))}`, true)
  }
  XMLHttpRequest.prototype.send = function (this: any, body) {
    if (this.tapped) void taken(this.tapped, body)
    return send.call(this, this.tapped ? undefined : body)
  }
  navigator.sendBeacon = (address, body) => {
    void taken(new URL(address, location.href), body)
    return true
  }

  return {
    requests,
    async until(satisfies) {
      while (!requests.some(({ body }) => satisfies(body))) await new Promise<void>((done) => waiting.push(done))
    },
    cut() {
      window.fetch = fetch
      Object.assign(XMLHttpRequest.prototype, { open, send })
      navigator.sendBeacon = sendBeacon
      waiting = []
    },
  }
}

async function textOf(body: unknown): Promise<string> {
  const bytes = new Uint8Array(await new Response((body ?? '') as BodyInit).arrayBuffer())
  // gzip says so itself
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes)
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text()
}
