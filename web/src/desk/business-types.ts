import { ref, shallowRef } from 'vue'
import type { BusinessType, Interaction, Page } from '@/kit/api-types'
import { api } from '@/kit/http'
import { named } from '@/kit/i18n'

export const businessTypes = shallowRef<BusinessType[]>([])
export const businessTypesError = ref<unknown>(null)

export async function loadBusinessTypes(): Promise<void> {
  try {
    businessTypes.value = (await api.get<Page<BusinessType>>('/business-types')).items
    businessTypesError.value = null
  } catch (error) {
    businessTypesError.value = error
  }
}

/** What a contact was filed as, in the language of the screen. */
export function typeName(item: Interaction): string {
  return named(businessTypes.value.find((type) => type.id === item.business_type_id)) || (item.business_type ?? '')
}
