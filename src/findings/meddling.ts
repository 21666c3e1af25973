// Who wants findings gone writes in the name of whoever is believed.
const orders =
  /\b(?:close|dismiss|suppress|ignore|disregard|downgrade|delete|whitelist|mute|mark)\b[^.;]{0,60}\b(?:findings?|alerts?|incidents?|detections?|hunts?)\b|\bmark\b[^.;]{0,60}\b(?:benign|harmless|safe)\b/i;
const permissions =
  /\b(?:findings?|alerts?|incidents?|detections?|hunts?)\b[^.;]{0,60}\b(?:can|could|may|might|must|need|needs|ought|should|to|will)\b[^.;]{0,20}\bbe (?:closed|dismissed|suppressed|ignored|disregarded|downgraded|deleted|whitelisted|muted)\b/i;

/** True for a text that asks to close, hide or change what was found, or says that it can be. */
export function meddles(text: string): boolean {
  return orders.test(text) || permissions.test(text);
}
