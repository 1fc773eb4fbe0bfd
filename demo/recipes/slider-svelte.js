import { mount, unmount } from 'svelte'
import Slider from './Slider.svelte'

/** A custom step in Svelte. */
export const sliderInSvelte = {
  name: 'slider-svelte',
  mount(element, view, props) {
    const slider = mount(Slider, { target: element, props: { ...props, view } })
    return () => unmount(slider)
  },
}
