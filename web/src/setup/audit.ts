/** An act of the trail (`queue.changed`) in words: what, and what was done to it. */
export function actWord(act: string, t: (key: string) => string, te: (key: string) => boolean): string {
  const whole = `setup.audit.acts.${act.replaceAll('.', '_')}`
  if (te(whole)) return t(whole)
  const [thing = '', done = ''] = act.split('.')
  const [noun, verb] = [`setup.audit.things.${thing}`, `setup.audit.done.${done}`]
  return te(noun) && te(verb) ? `${t(noun)} · ${t(verb)}` : act
}
