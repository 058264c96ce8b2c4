import { VueQueryPlugin } from '@tanstack/vue-query';
import { mount } from '@vue/test-utils';
import type { Component } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';

import { makeQueryClient } from '@/queries/client';
import { makeI18n } from '@/strings';

/** Mounts a component as the application would: strings, routes and queries, attached to the page. */
export function mountInApp<P extends object>(component: Component, props?: P) {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:all(.*)*', component: { template: '<i />' } }],
  });
  return mount(component, {
    ...(props && { props: props as Record<string, unknown> }),
    attachTo: document.body,
    global: {
      plugins: [makeI18n(), router, [VueQueryPlugin, { queryClient: makeQueryClient() }]],
    },
  });
}
