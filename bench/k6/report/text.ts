const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as it stands in HTML, in an element or an attribute. */
export function text(plain: string): string {
  return plain.replace(/[&<>"']/g, (letter) => escapes[letter] ?? letter)
}
