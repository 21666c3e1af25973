/** The anchor of a finding's card, by its label ("F3"). */
export function findingAnchor(label: string): string {
  return `finding-${label.toLowerCase()}`;
}

/** The anchor of the story at a place of the list. */
export function storyAnchor(index: number): string {
  return `story-s${index + 1}`;
}

/** The anchor of the hypothesis at a place of the list. */
export function hypothesisAnchor(index: number): string {
  return `hypothesis-h${index + 1}`;
}

/** The anchor of the hunt at a place of the list. */
export function huntAnchor(index: number): string {
  return `hunt-u${index + 1}`;
}
