import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import ElementPlus from 'unplugin-element-plus/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import Components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vitest/config'

const server = process.env.YINGDA_DEV_SERVER ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [
    vue(),
    // Only Element Plus is resolved by name; our own components are imported where they are used.
    Components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
    ElementPlus({}),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VUE_I18N_FULL_INSTALL__: 'false', __VUE_I18N_LEGACY_API__: 'false', __INTLIFY_PROD_DEVTOOLS__: 'false' },
  server: {
    port: 5173,
    proxy: {
      '/api': { target: server, ws: true },
      '/ws': { target: server, ws: true },
      '/healthz': server,
    },
  },
  build: { outDir: 'dist', target: 'es2022', chunkSizeWarningLimit: 700 },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.spec.ts'],
    server: { deps: { inline: ['element-plus'] } },
  },
})
