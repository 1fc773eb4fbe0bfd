/** PostHog as a page embeds it: its snippet leaves what it is asked for in an array, and loads its script. */
window.posthog = []
window.posthog.__SV = 1
window.posthog._i = [
  [
    'phc_bench',
    {
      api_host: 'https://us.i.posthog.com',
      defaults: '2026-01-30',
      // Without this it takes a browser without a screen for a robot, and does nothing.
      opt_out_useragent_filter: true,
      loaded: () => performance.mark('bench-ready'),
    },
  ],
]
const script = document.createElement('script')
script.async = true
script.crossOrigin = 'anonymous'
script.src = 'https://us-assets.i.posthog.com/static/array.js'
document.head.append(script)
