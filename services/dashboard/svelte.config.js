// Settings of Svelte's compiler, for vite and for svelte-check.
export default {
  compilerOptions: {
    runes: true,
    // Tables whose rows become blocks on a phone name their roles: `display: block` takes them away.
    warningFilter: (warning) => warning.code !== 'a11y_no_redundant_roles',
  },
};
