/** A path as people may see it: what could be a token in it (letters and digits, as long as one) is left out. */
export function pathForPeople(path: string): string {
  return path.replace(/(?<=\/)[0-9A-Za-z]{22,43}(?=\/)/g, '…')
}
