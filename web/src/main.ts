import './styles.css';

import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp, h } from 'vue';

import App from './App.vue';
import { makeQueryClient } from './queries/client';
import { makeRouter } from './router';
import { chooseLanguage, languages, makeI18n, useLanguage } from './strings';
import { applyTheme, savedLanguage, saveLanguage } from './ui/preferences';

async function start(): Promise<void> {
  applyTheme();
  const i18n = makeI18n();
  const wishes = [savedLanguage(), ...navigator.languages].filter((wish) => wish !== null);
  await useLanguage(i18n, chooseLanguage(wishes));

  const changeLanguage = (code: string) => {
    saveLanguage(code);
    void useLanguage(i18n, chooseLanguage([code], languages));
  };

  createApp({ render: () => h(App, { onLanguage: changeLanguage }) })
    .use(i18n)
    .use(makeRouter())
    .use(VueQueryPlugin, { queryClient: makeQueryClient() })
    .mount('#app');
}

void start();
