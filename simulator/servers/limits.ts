/** The vendors' limits, as research and documents give them; tests make them smaller so that little data meets them. */
export interface Limits {
  readonly falconTokenSeconds: number;
  readonly microsoftTokenSeconds: number;
  readonly falconPerMinute: number;
  /** auditLogs: so many questions in 10 seconds. */
  readonly auditPer10Seconds: number;
  /** identityProtection: so many in a second, and no Retry-After. */
  readonly identityPerSecond: number;
  readonly securityPerMinute: number;
  readonly huntingPerMinute: number;
  readonly huntingRows: number;
  /** No page of a list is longer, whatever was asked for; null: the vendor's own maximum. */
  readonly largestPage: number | null;
  /** Falcon: offset and limit together. */
  readonly falconWindow: number;
  readonly scrollSeconds: number;
  readonly jobPolls: number;
  readonly jobSeconds: number;
  readonly jobRows: number;
  readonly tailRows: number;
  readonly groupRows: number;
  readonly siemPerDay: number;
  readonly peoplePerDay: number;
  readonly campaignsPerDay: number;
  readonly forensicsPerDay: number;
}

export const vendorLimits: Limits = {
  falconTokenSeconds: 1799,
  microsoftTokenSeconds: 3599,
  falconPerMinute: 6000,
  auditPer10Seconds: 5,
  identityPerSecond: 1,
  securityPerMinute: 150,
  huntingPerMinute: 45,
  huntingRows: 100_000,
  largestPage: null,
  falconWindow: 10_000,
  scrollSeconds: 120,
  jobPolls: 2,
  jobSeconds: 90,
  jobRows: 200,
  tailRows: 10_000,
  groupRows: 20_000,
  siemPerDay: 1800,
  peoplePerDay: 50,
  campaignsPerDay: 50,
  forensicsPerDay: 50,
};

/** Ways in which a vendor's answers differ from what its documents say, or from one tenant to the next. */
export interface Quirks {
  /** Falcon: "errors": null instead of []. */
  readonly errorsAreNull: boolean;
  /** Graph: without the P2 licence risk reads "hidden". */
  readonly hasP2: boolean;
  readonly expandFails: boolean;
  /** Graph hunting: the answer's column list says Name and Type. */
  readonly hasCapitalSchema: boolean;
  /** TAP: no data is 204, text/plain instead of JSON's type, and the other names of fields. */
  readonly emptyIs204: boolean;
  readonly isPlainText: boolean;
  readonly hasFieldDrift: boolean;
  /** TAP: one event in so many comes twice. 0: none. */
  readonly repeatsOneIn: number;
  /** How far the servers' clocks are ahead. */
  readonly skewMs: number;
  /** Scopes or permissions that the client lacks. */
  readonly missingScopes: readonly string[];
  /** One record in so many (0: none) can be asked for only so long after its time. */
  readonly lateOneIn: number;
  readonly lateMs: number;
}

export const vendorQuirks: Quirks = {
  errorsAreNull: false,
  hasP2: true,
  expandFails: false,
  hasCapitalSchema: false,
  emptyIs204: false,
  isPlainText: false,
  hasFieldDrift: false,
  repeatsOneIn: 7,
  skewMs: 0,
  missingScopes: [],
  lateOneIn: 0,
  lateMs: 20 * 60_000,
};
