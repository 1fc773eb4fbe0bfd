// A custom step in plain DOM: registered through the options, before the embed line. The guide uses it by its
// name, `"type": "confetti"`, as it uses any built-in step.
;(() => {
  const colors = ['#2f6fed', '#12a594', '#f0a52b', '#e5604d', '#8a6ee8']

  const confetti = {
    name: 'confetti',
    mount(element, view, props) {
      const sky = document.createElement('div')
      sky.setAttribute('aria-hidden', 'true')
      sky.style.cssText =
        'position:relative;height:140px;border-radius:10px;overflow:hidden;background:linear-gradient(#10233f,#1e4570)'
      const medal = document.createElement('div')
      medal.style.cssText =
        'position:absolute;left:50%;top:50%;width:64px;height:64px;margin:-32px;border-radius:50%;display:grid;place-items:center;font:700 28px/1 system-ui;color:#10233f;background:#ffd166;box-shadow:0 0 0 8px #ffd16633'
      medal.textContent = '✓'
      const pieces = Array.from({ length: 42 }, (_, index) => {
        const piece = document.createElement('i')
        const left = (index * 61) % 100
        const top = (index * 37) % 100
        piece.style.cssText = `position:absolute;left:${left}%;top:${top}%;width:${5 + (index % 3) * 2}px;height:${9 - (index % 3)}px;border-radius:1.5px;background:${colors[index % colors.length]};transform:rotate(${index * 47}deg)`
        return piece
      })
      sky.append(...pieces, medal)

      // The names of the parts lend these the look of the theme.
      const draw = (name, part, text) => {
        const drawn = document.createElement(name)
        drawn.setAttribute('part', part)
        drawn.textContent = text ?? ''
        return drawn
      }
      const title = draw('h2', 'title', props.title)
      const text = draw('div', 'text', props.text)
      const actions = draw('div', 'actions')
      const button = draw('button', 'action action-primary', props.button)
      button.type = 'button'
      actions.append(button)
      const goOn = () => view.next()
      button.addEventListener('click', goOn)
      element.append(sky, title, text, actions)

      const falling = matchMedia('(prefers-reduced-motion: reduce)').matches
        ? []
        : pieces.map((piece, index) =>
            piece.animate(
              [
                { transform: `translateY(-${120 + (index % 5) * 20}px) rotate(0deg)`, opacity: 0 },
                { opacity: 1, offset: 0.2 },
                { transform: `rotate(${index * 47}deg)`, opacity: 1 },
              ],
              {
                duration: 900 + (index % 7) * 130,
                delay: (index % 9) * 40,
                easing: 'cubic-bezier(.2,.7,.3,1)',
                fill: 'backwards',
              },
            ),
          )

      return () => {
        for (const animation of falling) animation.cancel()
        button.removeEventListener('click', goOn)
        element.replaceChildren()
      }
    },
  }

  window.foothold = window.foothold || []
  window.foothold.options = { ...window.foothold.options, steps: [confetti] }
})()
