/**
 * Takes files however they come: chosen, dropped anywhere on the page, or pasted.
 * @param take what is done with the first of them
 */
export function takeFiles(button: HTMLButtonElement, input: HTMLInputElement, take: (file: File) => void): void {
  const { body } = document

  const takeFirst = (files: FileList | null | undefined): void => {
    const file = files?.[0]
    if (file) take(file)
  }

  button.addEventListener('click', () => input.click())

  input.addEventListener('change', () => {
    takeFirst(input.files)
    // Else the same file, chosen again, would be no change.
    input.value = ''
  })

  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    body.classList.add('dropping')
  })

  document.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!relatedTarget) body.classList.remove('dropping')
  })

  document.addEventListener('drop', (event) => {
    body.classList.remove('dropping')
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    takeFirst(event.dataTransfer.files)
  })

  document.addEventListener('paste', ({ clipboardData }) => takeFirst(clipboardData?.files))
}
