/** A place on the earth in degrees: latitude -90 to 90, longitude -180 to 180. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

// Mean radius of the GRS 80 ellipsoid (IUGG, Moritz 2000): the sphere is off by at most 0.5 %.
const earthRadiusKilometres = 6371.0088;

/** Distance over the ground in kilometres, by the haversine formula; NaN where a coordinate is NaN. */
export function greatCircleKilometres(from: Place, to: Place): number {
  const latitudeHalf = Math.sin(radians(to.latitude - from.latitude) / 2);
  const longitudeHalf = Math.sin(radians(to.longitude - from.longitude) / 2);
  const chord = latitudeHalf ** 2 + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * longitudeHalf ** 2;
  // Rounding can lift the chord of antipodes a hair above 1.
  return 2 * earthRadiusKilometres * Math.asin(Math.sqrt(Math.min(1, chord)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
