// A custom step in plain DOM. The names of the parts lend it the look of the theme.
export const sliderInDom = {
  name: 'slider-dom',
  mount(element, view, { question, low, high }) {
    const draw = (name, attributes, ...children) => {
      const drawn = document.createElement(name)
      for (const [key, value] of Object.entries(attributes)) drawn.setAttribute(key, value)
      drawn.append(...children)
      return drawn
    }
    const input = draw('input', {
      type: 'range',
      max: 10,
      value: 5,
      'aria-labelledby': 'slider-question',
      part: 'slider',
    })
    const button = draw('button', { type: 'button', part: 'action action-primary' }, view.label('submit'))
    button.onclick = () => view.answer(Number(input.value))
    element.append(
      draw('h2', { id: 'slider-question', part: 'title' }, question),
      input,
      draw('p', { part: 'text' }, `${low} – ${high}`),
      draw('div', { part: 'actions' }, button),
    )
    return () => element.replaceChildren()
  },
}
