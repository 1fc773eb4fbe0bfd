import { afterEach, describe, expect, test } from 'vitest'
import { videos } from '../../src/observers/videos.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'

const markup = '<video id="it" data-foothold="intro" title="First steps" controls></video>'

/** What the browser says of a video, at so many seconds of two minutes. */
function tell(type: string, seconds = 0, given: Partial<HTMLVideoElement> = {}) {
  const video = document.getElementById('it') as HTMLVideoElement
  for (const [name, value] of Object.entries({ currentTime: seconds, duration: 120, ...given }))
    Object.defineProperty(video, name, { configurable: true, value })
  video.dispatchEvent(new Event(type))
}

afterEach(() => {
  document.body.innerHTML = ''
})

describe('videos, as every observer,', () => {
  const cases = observerContract({
    create: videos,
    markup,
    provoke(clock) {
      tell('play')
      clock.advance(1000)
      tell('pause', 30)
      clock.advance(500)
      tell('ended', 120)
    },
    reports: ['Video Played', 'Video Paused', 'Video Completed'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('videos', () => {
  let page: Watched
  afterEach(() => page.stop())
  function start(html = markup) {
    document.body.innerHTML = html
    page = watch(videos())
  }
  const where = { title: 'First steps', anchor: 'intro', path: location.pathname }

  test('reports playing, pausing and the end, with where it stands', () => {
    start()
    tell('play')
    tell('pause', 30.4)
    page.clock.advance(500)
    tell('play', 30.4)
    // The browser pauses what has ended.
    tell('pause', 120)
    tell('ended', 120)
    page.clock.advance(5000)
    expect(page.reports).toEqual([
      { type: 'Video Played', properties: { ...where, seconds: 0, percent: 0 } },
      { type: 'Video Paused', properties: { ...where, seconds: 30, percent: 25 } },
      { type: 'Video Played', properties: { ...where, seconds: 30, percent: 25 } },
      { type: 'Video Completed', properties: { ...where, seconds: 120, percent: 100 }, interaction: false },
    ])
  })

  test('takes seeking for no pause', () => {
    start()
    tell('pause', 30)
    page.clock.advance(400)
    tell('play', 60)
    page.clock.advance(5000)
    tell('pause', 60, { seeking: true })
    page.clock.advance(5000)
    expect(page.reports).toEqual([])
  })

  test('has no percentage of a live stream', () => {
    start()
    tell('pause', 30, { duration: Number.POSITIVE_INFINITY })
    page.clock.advance(500)
    expect(page.of('Video Paused')).toEqual([{ ...where, seconds: 30 }])
  })

  test('calls it by its label, its title, or its file without the query', () => {
    start('<video id="it" controls></video>')
    tell('play', 0, { currentSrc: 'https://cdn.example/tours/first.mp4?token=secret' })
    tell('play', 0, { currentSrc: 'blob:https://example/secret' })
    document.getElementById('it')!.setAttribute('aria-label', 'Tour')
    tell('play')
    expect(page.of('Video Played').map((properties) => properties?.title)).toEqual(['first.mp4', undefined, 'Tour'])
  })

  test.each([
    ['decoration', '<video id="it" muted></video>'],
    ['sound alone', '<audio id="it" controls></audio>'],
  ])('leaves %s alone', (_, html) => {
    start(html)
    tell('play')
    expect(page.reports).toEqual([])
  })

  test('hears players of the page that speak like a video', () => {
    start('<x-player id="it"></x-player>')
    tell('play', 12)
    expect(page.of('Video Played')).toMatchObject([{ seconds: 12, percent: 10 }])
  })
})
