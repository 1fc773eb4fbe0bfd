import { createApp } from 'vue'
import Slider from './Slider.vue'

/** A custom step in Vue. */
export const sliderInVue = {
  name: 'slider-vue',
  mount(element, view, props) {
    const app = createApp(Slider, { ...props, view })
    app.mount(element)
    return () => app.unmount()
  },
}
