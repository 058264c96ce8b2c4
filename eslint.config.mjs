import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import vueAccessibility from 'eslint-plugin-vuejs-accessibility';
import globals from 'globals';
import typescript from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';

const ignores = [
  '**/node_modules/',
  'build/',
  'web/dist/',
  'web/public/',
  'web/coverage/',
  'contracts/artifacts/',
  // Written by tools/bindings.mjs, and checked fresh by it.
  'web/src/api/contracts/',
  'contracts/typescript/',
];

export default typescript.config(
  { ignores },
  js.configs.recommended,
  {
    rules: {
      complexity: ['error', 12],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.mjs', 'tests/**', 'contracts/**', 'tools/**', 'web/*.ts'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['**/*.ts', '**/*.vue'],
    extends: [...typescript.configs.strict],
    rules: {
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
    },
  },
  {
    files: ['web/**/*.vue'],
    extends: [...vue.configs['flat/recommended'], ...vueAccessibility.configs['flat/recommended']],
    languageOptions: { parser: vueParser, parserOptions: { parser: typescript.parser } },
  },
  {
    // The type checker knows the globals better.
    files: ['**/*.ts', '**/*.vue'],
    languageOptions: { globals: globals.browser },
    rules: { 'no-undef': 'off' },
  },
  {
    // A suite is one long function by nature.
    files: ['**/*.test.ts', '**/*.spec.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  prettier,
);
