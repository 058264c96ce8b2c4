import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';

import VerifierView from '@/features/verifier/VerifierView.vue';

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's name in the strings file. */
    title: string;
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: VerifierView, meta: { title: 'verifier.page' } },
  { path: '/verify', name: 'verify', component: VerifierView, meta: { title: 'verifier.page' } },
  {
    path: '/chain',
    name: 'chain',
    component: () => import('@/features/explorer/ChainView.vue'),
    meta: { title: 'explorer.page' },
  },
  {
    path: '/chain/block/:id',
    name: 'block',
    component: () => import('@/features/explorer/BlockView.vue'),
    props: true,
    meta: { title: 'explorer.block.page' },
  },
  {
    path: '/chain/tx/:hash',
    name: 'transaction',
    component: () => import('@/features/explorer/TransactionView.vue'),
    props: true,
    meta: { title: 'explorer.transaction.page' },
  },
  {
    path: '/:rest(.*)*',
    name: 'missing',
    component: () => import('@/ui/MissingView.vue'),
    meta: { title: 'app.notFound' },
  },
];

export function makeRouter() {
  return createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
}
