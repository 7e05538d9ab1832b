const shownForMs = 2000

/**
 * Copies a text of the page at the press of a button.
 * @param spoken a live region
 */
export async function copy(source: Element, button: HTMLButtonElement, spoken: Element): Promise<void> {
  try {
    await navigator.clipboard.writeText(source.textContent)
    button.textContent = spoken.textContent = 'Copied'
    setTimeout(() => (button.textContent = 'Copy'), shownForMs)
  } catch {
    // Only pages that came by HTTPS or from this machine may write to the clipboard.
    getSelection()?.selectAllChildren(source)
    spoken.textContent = 'Selected, to be copied by hand'
  }
}
