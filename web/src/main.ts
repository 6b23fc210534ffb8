import { createPinia } from 'pinia'
import { createApp } from 'vue'
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/el-message.css'
import 'element-plus/theme-chalk/el-message-box.css'
import './kit/tokens.css'
import App from './app/App.vue'
import { renewAfterUpgrade } from './app/renewal'
import { router } from './app/router'
import { i18n, language, setLanguage } from './kit/i18n'
import { keepTitle } from './kit/title'

renewAfterUpgrade()
keepTitle()
setLanguage(language.value)
createApp(App).use(createPinia()).use(i18n).use(router).mount('#app')
