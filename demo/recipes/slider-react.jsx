import { useId, useState } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'

function Slider({ question, low, high, view }) {
  const [value, setValue] = useState(5)
  const id = useId()
  return (
    <>
      <h2 id={id} part="title">
        {question}
      </h2>
      <input
        type="range"
        max="10"
        part="slider"
        aria-labelledby={id}
        value={value}
        onChange={(event) => setValue(Number(event.target.value))}
      />
      <p part="text">
        {low} – {high}
      </p>
      <div part="actions">
        <button type="button" part="action action-primary" onClick={() => view.answer(value)}>
          {view.label('submit')}
        </button>
      </div>
    </>
  )
}

/** A custom step in React. Drawn at once, so that its title is there when the step is announced. */
export const sliderInReact = {
  name: 'slider-react',
  mount(element, view, props) {
    const root = createRoot(element)
    flushSync(() => root.render(<Slider {...props} view={view} />))
    return () => root.unmount()
  },
}
