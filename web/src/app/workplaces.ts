import { Clock, Headset, Monitor, Setting } from '@element-plus/icons-vue'
import type { Component } from 'vue'
import type { RouteComponent } from 'vue-router'

type Load = () => Promise<RouteComponent | { default: RouteComponent }>

/** One page: its route name, where it is, who may open it (any of the permissions), and its code. */
export interface PageEntry {
  name: string
  path: string
  permissions: string[]
  load: Load
  /** Only for those who serve contacts themselves. */
  agentOnly?: boolean
}
export interface Workplace extends Omit<PageEntry, 'load'> {
  icon: Component
  load?: Load
  pages?: PageEntry[]
}

/** The map of the application, read top to bottom: the rail shows it in this order. Words: `app.place.<name>`. */
export const workplaces: Workplace[] = [
  {
    name: 'desk',
    path: '/desk',
    permissions: ['desk'],
    agentOnly: true,
    icon: Headset,
    load: () => import('@/desk/DeskPage.vue'),
  },
  {
    name: 'live',
    path: '/live',
    permissions: ['live.read'],
    icon: Monitor,
    load: () => import('@/supervise/LivePage.vue'),
  },
  {
    name: 'history',
    path: '/history',
    permissions: ['interactions.read', 'interactions.read.own'],
    icon: Clock,
    load: () => import('@/interactions/HistoryPage.vue'),
  },
  {
    name: 'setup',
    path: '/setup',
    permissions: ['setup.read', 'users.read'],
    icon: Setting,
    pages: [
      { name: 'setup/users', path: 'users', permissions: ['users.read'], load: () => import('@/setup/UsersPage.vue') },
      { name: 'setup/queues', path: 'queues', permissions: ['setup.read'], load: () => import('@/setup/QueuesPage.vue') },
      { name: 'setup/numbers', path: 'numbers', permissions: ['setup.read'], load: () => import('@/setup/NumbersPage.vue') },
      { name: 'setup/trunks', path: 'trunks', permissions: ['setup.read'], load: () => import('@/setup/TrunksPage.vue') },
      { name: 'setup/flows', path: 'flows', permissions: ['setup.read'], load: () => import('@/setup/FlowsPage.vue') },
      { name: 'setup/hours', path: 'hours', permissions: ['setup.read'], load: () => import('@/setup/HoursPage.vue') },
      { name: 'setup/company', path: 'company', permissions: ['setup.read'], load: () => import('@/setup/CompanyPage.vue') },
    ],
  },
]
