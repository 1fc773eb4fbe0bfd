// The recipes are custom steps in four ways of writing; each comes with the framework it needs.
import { sliderInDom } from '/recipes/slider-dom.js'
import { sliderInReact } from '/recipes/slider-react.js'
import { sliderInSvelte } from '/recipes/slider-svelte.js'
import { sliderInVue } from '/recipes/slider-vue.js'

const chosen = new URLSearchParams(location.search)
const lang = chosen.get('lang') ?? 'en'
const theme = chosen.get('theme') ?? 'light'
const schemes = { dark: 'dark', console: 'dark', auto: 'light dark' }
document.documentElement.style.colorScheme = schemes[theme] ?? 'light'

window.foothold = window.foothold || []
window.foothold.options = {
  ...window.foothold.options,
  theme,
  // The page around the steps stays English.
  locale: lang,
  steps: [sliderInDom, sliderInReact, sliderInVue, sliderInSvelte],
}

const form = document.querySelector('form')
form.lang.value = lang
form.theme.value = theme
form.addEventListener('change', () => form.submit())

const groups = [
  ['Messages', ['message', 'video', 'announcement']],
  ['Surveys', ['nps', 'csat', 'rating', 'emoji', 'choice', 'choices', 'text', 'email', 'several']],
  ['Offers', ['offer', 'last-day', 'claimed-once']],
  ['Checklist', ['checklist']],
  ['Recipes', ['slider-dom', 'slider-react', 'slider-vue', 'slider-svelte']],
]
for (const [title, flows] of groups) {
  const heading = document.createElement('h2')
  heading.textContent = title
  const row = document.createElement('p')
  for (const flow of flows) {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = flow
    button.onclick = () => window.foothold.push(['start', flow])
    row.append(button)
  }
  document.querySelector('main').append(heading, row)
}
