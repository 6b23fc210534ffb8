import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from 'vue-router'
import { useAuth } from '@/kit/auth'
import { namePage } from '@/kit/title'
import { home, mayOpen } from './access'
import { boot } from './boot'
import { workplaces, type PageEntry, type Workplace } from './workplaces'

declare module 'vue-router' {
  interface RouteMeta {
    entry?: Pick<PageEntry, 'name' | 'permissions' | 'agentOnly'>
    open?: boolean
  }
}

function page(entry: PageEntry): RouteRecordRaw {
  return { name: entry.name, path: entry.path, component: entry.load, meta: { entry } }
}

function place(entry: Workplace): RouteRecordRaw {
  if (entry.load) return page({ ...entry, load: entry.load })
  return {
    path: entry.path,
    component: () => import('./SetupFrame.vue'),
    children: [
      // Not a redirect: that would be decided before it is known who is signed in.
      { path: '', component: () => import('./NothingPage.vue'), beforeEnter: () => ({ name: entry.pages?.find(mayOpen)?.name ?? 'home' }) },
      ...(entry.pages ?? []).map(page),
    ],
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { name: 'sign-in', path: '/sign-in', component: () => import('./SignInPage.vue'), meta: { open: true } },
    {
      path: '/',
      component: () => import('./Shell.vue'),
      children: [
        { name: 'home', path: '', component: () => import('./NothingPage.vue') },
        ...workplaces.map(place),
        { name: 'nothing', path: ':rest(.*)*', component: () => import('./NothingPage.vue') },
      ],
    },
  ],
})

router.beforeEach(async (to: RouteLocationNormalized) => {
  await boot()
  const auth = useAuth()
  if (to.meta.open) return auth.signedIn ? { name: 'home' } : true
  if (!auth.signedIn) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  const first = home()
  if (to.name === 'home' && first) return { name: first }
  if (to.meta.entry && !mayOpen(to.meta.entry)) return { name: first ?? 'nothing' }
  return true
})

router.afterEach((to) => {
  const name = to.meta.entry?.name
  if (name) namePage(`app.place.${name.replace('/', '_')}`)
  else namePage(to.meta.open ? 'app.signIn.title' : 'app.page.nothing')
})
