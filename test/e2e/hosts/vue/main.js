import { createApp, onMounted, onUnmounted, ref } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'

const Tasks = {
  setup() {
    const tasks = ref(['Paint', 'Caulk', 'Anchor'])
    const round = ref(0)
    const dialog = ref(null)
    const add = () => tasks.value.push(`Task ${tasks.value.length + 1}`)
    const pressed = ({ key }) => key === 'n' && add()
    onMounted(() => addEventListener('keydown', pressed))
    onUnmounted(() => removeEventListener('keydown', pressed))
    return { tasks, round, dialog, add }
  },
  template: `<main>
    <h1>Tasks</h1>
    <p :key="round"><button type="button" id="add" @click="add">Add</button></p>
    <button type="button" id="renew" @click="round++">Renew</button>
    <button type="button" id="sort" @click="tasks = [...tasks].sort()">Sort</button>
    <button type="button" id="help" @click="dialog.showModal()">Help</button>
    <ul id="tasks"><li v-for="task in tasks" :key="task" :data-task="task">{{ task }}</li></ul>
    <dialog ref="dialog">Press n for a new task.</dialog>
  </main>`,
}
const Team = { template: '<main><h1>Team</h1><button type="button" id="invite">Invite</button></main>' }

const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: Tasks },
    { path: '/team', component: Team },
  ],
})
const App = {
  template:
    '<nav><RouterLink to="/">Tasks</RouterLink> <RouterLink to="/team">Team</RouterLink></nav><RouterView></RouterView>',
}

createApp(App).use(router).mount('#app')
