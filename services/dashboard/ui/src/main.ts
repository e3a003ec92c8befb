import { mount } from 'svelte';

import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/tables.css';
import './styles/print.css';
import App from './App.svelte';
import { router } from './app/router.svelte.ts';
import { session } from './app/session.svelte.ts';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no element #app');
router.listen();
await session.start();
mount(App, { target });
