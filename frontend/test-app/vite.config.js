import { defineConfig } from 'vite';

export default defineConfig({
  base: '/app/',
  build: { outDir: 'dist/browser', manifest: true, rollupOptions: { input: 'src/browser.tsx' } },
});
