/** A fitted model and what is needed to score new data identically: plain JSON, no code. */
export interface UserModel {
  readonly format: "spoor-model";
  readonly formatVersion: 1;
  readonly name: string;
  readonly kind: "isolation-forest";
  readonly features: readonly { readonly name: string; readonly unit: string }[];
  readonly window: { readonly from: string; readonly to: string };
  readonly rowCount: number;
  readonly seed: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The scaler, the forest and the calibration table, in the algorithm's own open layout. */
  readonly body: Readonly<Record<string, unknown>>;
  /** SHA-256 over the canonical JSON of everything else. */
  readonly hash: string;
}
