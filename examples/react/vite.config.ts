import { defineConfig } from 'vite';

// While you develop, the server with Quota runs on port 8080.
export default defineConfig({
  server: { proxy: { '/chat': 'http://localhost:8080', '/quota': 'http://localhost:8080' } },
});
