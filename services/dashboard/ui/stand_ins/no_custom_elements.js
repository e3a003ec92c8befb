// Instead of Svelte's support for custom elements, of which the app has none (vite.config.ts).
export function create_custom_element() {
  throw new Error('there are no custom elements');
}
