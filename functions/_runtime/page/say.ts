/** Sets a text that a screen reader speaks when it changes; set again, it would be spoken again. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
